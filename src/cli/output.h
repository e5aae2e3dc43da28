// Rows that are written as they come: to the screen, or to a file that appears whole or not at all.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "cli/door.h"

namespace sluice::cli {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// That a file cannot be read or written, as errno has it.
text::Diagnostics cannot(std::string_view what, const std::filesystem::path& path);

// Where the answers go: the screen, or a file that appears under its name only when it is whole.
struct Output {
    std::filesystem::path path, temporary;
    std::FILE* out;
    File file{nullptr, &std::fclose};

    Output(const Command& command, const std::filesystem::path& asked)
        : path(asked), temporary(asked), out(command.around.out) {
        if (path.empty()) return;
        temporary += ".part";
        file.reset(std::fopen(temporary.c_str(), "wb"));
        out = file.get();
    }
    ~Output() {
        std::error_code ignored;
        if (file) std::filesystem::remove(temporary, ignored);
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    bool write(std::string_view bytes) const {
        return std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size();
    }
    bool finish() {
        if (std::fflush(out) != 0 || std::ferror(out) != 0) return false;
        std::error_code failed;
        if (file) std::filesystem::rename(temporary, path, failed);
        if (failed) return false;
        file.reset();
        return true;
    }
};

}  // namespace sluice::cli
