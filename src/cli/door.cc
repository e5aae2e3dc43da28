#include "cli/door.h"

#include <fmt/format.h>

#include "report/machine.h"

namespace sluice::cli {

namespace fs = std::filesystem;
using text::Diagnostics;

namespace {

bool coloured(std::string_view when, bool terminal, bool no_color) {
    if (when == "always") return true;
    return when != "never" && terminal && !no_color;
}

bool holds_law(const fs::path& dir) {
    std::error_code failed;
    return fs::is_directory(dir / "law", failed);
}

text::Result<Library> load(const Command& command, const fs::path& data, facts::World world) {
    std::optional<fs::path> overlay;
    if (command.has("--law")) {
        overlay = command.invocation.value("--law");
        std::error_code failed;
        if (!fs::is_directory(*overlay, failed))
            return std::unexpected{
                Diagnostics{{.message = fmt::format("no folder `{}`", overlay->string()),
                             .where = {.file = "--law"},
                             .label = "expected a folder of .law files"}}};
    }
    auto book = law::load_lawbook(world, data / "law", overlay);
    if (!book) return std::unexpected{std::move(book.error())};
    return Library{std::move(world), std::move(*book), data};
}

int dispatch(const Command& command) {
    if (!command.invocation.wrong.empty()) return command.refuse(command.invocation.wrong);
    const auto& run = command.invocation.verb->run;
    if (const auto* plain = std::get_if<Plain>(&run)) return (*plain)(command);
    const auto data = find_data(command);
    if (!data) return command.refuse(data.error());
    auto world = facts::load(*data);
    if (!world) return command.refuse(world.error());
    if (const auto* grounded = std::get_if<Grounded>(&run)) {
        const auto ground = report::load_ground(*data, std::move(*world));
        return ground ? (*grounded)(command, *ground) : command.refuse(ground.error());
    }
    const auto library = load(command, *data, std::move(*world));
    return library ? std::get<Ruled>(run)(command, *library) : command.refuse(library.error());
}

}  // namespace

int run(const std::vector<std::string>& arguments, const Surroundings& around) {
    const auto invocation = parse_arguments(arguments);
    if (!invocation) {
        const Invocation none{};
        const Command command{none, around, false,
                              coloured("auto", around.err_is_terminal, around.no_color)};
        return command.refuse(invocation.error(), Exit::usage);
    }
    const auto when = invocation->value("--color");
    return dispatch({*invocation, around, coloured(when, around.out_is_terminal, around.no_color),
                     coloured(when, around.err_is_terminal, around.no_color)});
}

int Command::print(std::string_view text) const {
    std::fwrite(text.data(), 1, text.size(), around.out);
    return 0;
}

int Command::print(const report::Sheet& sheet) const {
    return print(has("--json") ? to_json(sheet) : to_text(sheet, colour_out));
}

int Command::print_rows(const report::Section& rows) const {
    if (!has("--ids")) return print(has("--json") ? rows_to_json(rows) : to_text(rows, colour_out));
    for (const auto& row : rows.rows) print(row[0].text + "\n");
    return 0;
}

void Command::tell(const Diagnostics& problems) const {
    const auto said = text::render(problems, colour_err);
    std::fwrite(said.data(), 1, said.size(), around.err);
}

int Command::refuse(const Diagnostics& problems, Exit exit) const {
    tell(problems);
    return static_cast<int>(exit);
}

int Command::misused(std::string message, std::string hint) const {
    return refuse({{.message = std::move(message), .hint = std::move(hint)}}, Exit::usage);
}

text::Result<fs::path> find_data(const Command& command) {
    const auto& around = command.around;
    const bool flagged = command.has("--data");
    const auto stated = flagged ? std::string{command.invocation.value("--data")} : around.data;
    if (!stated.empty()) {
        if (holds_law(stated)) return fs::path{stated};
        return std::unexpected{
            Diagnostics{{.message = fmt::format("no rules in `{}`", stated),
                         .where = {.file = flagged ? "--data" : "SLUICE_DATA"},
                         .label = "expected a folder that holds law/, chips/, places/ and parties/",
                         .hint = "leave it out to use the data that comes with the program"}}};
    }
    std::error_code failed;
    const auto program = fs::weakly_canonical(around.program, failed).parent_path();
    if (auto installed = program.parent_path() / "share/sluice/data"; holds_law(installed))
        return installed;
    for (auto dir = program; !dir.empty(); dir = dir.parent_path()) {
        if (holds_law(dir / "data")) return dir / "data";
        if (dir == dir.root_path()) break;
    }
    return std::unexpected{
        Diagnostics{{.message = fmt::format("no data beside the program in `{}`", program.string()),
                     .hint = "say where it is with `--data DIR` or SLUICE_DATA"}}};
}

Diagnostics before_first_rule(const law::Lawbook& book, quantity::Date on,
                              const text::Location& where) {
    const auto first = book.first_day();
    if (on >= first) return {};
    // Several may start that day; the youngest text is the one that made it the first.
    const law::Provision* earliest = nullptr;
    const law::Version* text = nullptr;
    for (const auto& provision : book.provisions)
        for (const auto& version : provision.versions)
            if (version.effective == first && (!text || version.published > text->published)) {
                earliest = &provision;
                text = &version;
            }
    if (!text) return {};
    return {{.message =
                 fmt::format("nothing in the lawbook is in force on {}", quantity::to_string(on)),
             .where = where,
             .label = fmt::format("the earliest provision starts {} ({}, {})",
                                  quantity::to_string(first), earliest->id, text->source),
             .hint = "dates before that are outside what `sluice` models; this is not a finding "
                     "that the deal was permitted"}};
}

text::Result<quantity::Date> day_asked(const Command& command, const law::Lawbook& book) {
    const auto on = command.invocation.date("--on").value_or(book.register_known_to);
    if (auto early = before_first_rule(book, on); !early.empty())
        return std::unexpected{std::move(early)};
    return on;
}

}  // namespace sluice::cli
