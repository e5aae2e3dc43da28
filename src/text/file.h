// Files in and out.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "text/diagnostic.h"

namespace sluice::text {

// The whole file, without a UTF-8 byte order mark and with CRLF turned into LF. Errors: cannot be
// read; larger than `most` bytes; not UTF-8 (with the line and the byte); holds a NUL byte.
Result<std::string> read_text(const std::filesystem::path& path,
                              std::size_t most = std::size_t{16} << 20);

// The same checks for text that came from elsewhere (standard input, a fuzzer).
Result<std::string> checked_text(std::string_view name, std::string bytes);

// Offset of the first byte that is not UTF-8, or npos.
std::size_t first_invalid_utf8(std::string_view bytes);

// Writes to a temporary name beside `path`, then renames: the file is whole or unchanged.
Result<void> write_whole(const std::filesystem::path& path, std::string_view bytes);

// Regular files under `dir` (recursively) with this extension (".law"), sorted by path.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& dir,
                                            std::string_view extension);

}  // namespace sluice::text
