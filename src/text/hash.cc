#include "text/hash.h"

#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace sluice::text {

Sha256::Sha256() { SHA256_Init(&state); }

void Sha256::add(std::string_view bytes) {
    SHA256_Update(&state, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

void Sha256::add_file(std::string_view name, std::string_view bytes) {
    add(std::to_string(name.size()) + ":");
    add(name);
    add(std::to_string(bytes.size()) + ":");
    add(bytes);
}

std::string Sha256::hex() const {
    SHA256_CTX copy = state;
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    SHA256_Final(digest.data(), &copy);
    return fmt::format("{:02x}", fmt::join(digest, ""));
}

}  // namespace sluice::text
