// SHA-256, to name the rulebook and the data that an answer rests on.
#pragma once

#include <string>
#include <string_view>

#include <sha256.h>

namespace sluice::text {

// A hash over several files. Each is framed by its name and length, so that moving bytes from one
// file to the next, or renaming a file, changes the hash. Add files in a fixed order.
struct Sha256 {
    Sha256();
    void add(std::string_view bytes);
    void add_file(std::string_view name, std::string_view bytes);
    std::string hex() const;  // 64 small digits, of what was added so far; more may follow

    SHA256_CTX state{};
};

}  // namespace sluice::text
