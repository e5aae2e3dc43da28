#include "text/file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/table.h"
#include "text/utf8.h"

namespace sluice::text {
namespace {

namespace fs = std::filesystem;

std::unexpected<Diagnostics> file_problem(const fs::path& path, std::string message,
                                          std::string hint = {}) {
    return std::unexpected{Diagnostics{{.message = std::move(message),
                                        .where = {.file = path.string()},
                                        .hint = std::move(hint)}}};
}

std::unexpected<Diagnostics> cannot(std::string_view verb, const fs::path& path, int error) {
    const std::string why = error == ENOENT   ? "it does not exist"
                            : error == EISDIR ? "it is a directory"
                            : error == EACCES ? "permission denied"
                                              : std::generic_category().message(error);
    return file_problem(path, fmt::format("cannot {} `{}`: {}", verb, path.string(), why));
}

void drop_carriage_returns(std::string& text) {
    std::size_t from = text.find("\r\n");
    if (from == std::string::npos) return;
    std::size_t to = from;
    for (; from < text.size(); ++from) {
        if (text[from] == '\r' && from + 1 < text.size() && text[from + 1] == '\n') continue;
        text[to++] = text[from];
    }
    text.resize(to);
}

// The file that a rename must replace: the target of a link, not the link.
fs::path replaced_file(const fs::path& path) {
    std::error_code error;
    const fs::path target = fs::canonical(path, error);
    return error ? path : target;
}

int write_and_sync(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(descriptor) == 0 ? 0 : errno;
}

}  // namespace

std::size_t first_invalid_utf8(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        std::uint64_t eight = 0;
        while (bytes.size() - at >= sizeof eight) {
            std::memcpy(&eight, bytes.data() + at, sizeof eight);
            if ((eight & 0x8080808080808080U) != 0) break;
            at += sizeof eight;
        }
        if (at == bytes.size()) break;
        const CodePoint point = first_code_point(bytes.substr(at));
        if (!point.valid) return at;
        at += point.size;
    }
    return std::string_view::npos;
}

Result<std::string> checked_text(std::string_view name, std::string bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
    Diagnostics problems;
    const auto report = [&](std::size_t at, std::string message, std::string hint) {
        problems.push_back({.message = std::move(message),
                            .where = locate(name, bytes, at, 1),
                            .hint = std::move(hint)});
    };
    if (const std::size_t at = first_invalid_utf8(bytes); at != std::string::npos) {
        report(at, fmt::format("byte 0x{:02x} is not UTF-8", static_cast<unsigned char>(bytes[at])),
               "save the file as UTF-8");
    }
    if (const std::size_t at = bytes.find('\0'); at != std::string::npos)
        report(at, "a NUL byte is not text", "remove the byte, or save the file as UTF-8");
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    drop_carriage_returns(bytes);
    return bytes;
}

Result<std::string> read_text(const fs::path& path, std::size_t most) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "rb"),
                                                               &std::fclose};
    if (!file) return cannot("read", path, errno);
    std::string bytes;
    std::size_t size = 0;
    while (size <= most) {
        bytes.resize(std::min(most + 1, std::max<std::size_t>(std::size_t{1} << 16, 2 * size)));
        const std::size_t count =
            std::fread(bytes.data() + size, 1, bytes.size() - size, file.get());
        if (std::ferror(file.get()) != 0) return cannot("read", path, errno);
        size += count;
        if (size < bytes.size()) break;
    }
    if (size > most) {
        return file_problem(path, fmt::format("`{}` is larger than {} bytes", path.string(),
                                              group_thousands(std::to_string(most))));
    }
    bytes.resize(size);
    return checked_text(path.string(), std::move(bytes));
}

Result<void> write_whole(const fs::path& path, std::string_view bytes) {
    const fs::path target = replaced_file(path);
    struct stat old{};
    const bool exists = ::stat(target.c_str(), &old) == 0;
    if (exists && S_ISDIR(old.st_mode)) return cannot("write", path, EISDIR);
    // Renaming over a device or a pipe would replace it by a plain file.
    if (exists && !S_ISREG(old.st_mode)) {
        return file_problem(
            path, fmt::format("cannot write `{}`: it is not a regular file", path.string()));
    }
    const std::string temporary = fmt::format("{}.{}.tmp", target.string(), ::getpid());
    const int descriptor =
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (descriptor < 0) return cannot("write", path, errno);
    int error = exists && ::fchmod(descriptor, old.st_mode & 07777) != 0 ? errno : 0;
    if (error == 0) error = write_and_sync(descriptor, bytes);
    if (::close(descriptor) != 0 && error == 0) error = errno;
    if (error == 0 && std::rename(temporary.c_str(), target.c_str()) != 0) error = errno;
    if (error == 0) return {};
    ::unlink(temporary.c_str());
    return cannot("write", path, error);
}

std::vector<fs::path> files_in(const fs::path& dir, std::string_view extension) {
    std::vector<fs::path> paths;
    std::error_code error;
    fs::recursive_directory_iterator at{dir, fs::directory_options::skip_permission_denied, error};
    for (; !error && at != fs::recursive_directory_iterator{}; at.increment(error)) {
        std::error_code ignored;
        if (at->path().extension() == extension && at->is_regular_file(ignored))
            paths.push_back(at->path());
    }
    std::ranges::sort(paths);
    return paths;
}

}  // namespace sluice::text
