// A line of progress for people who wait at a terminal; silent everywhere else.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace sluice::text {

//   Progress progress("rows");
//   while (reader.next(row)) progress.at(++count);
class Progress {
public:
    explicit Progress(std::string what, std::FILE* out = stderr);
    ~Progress();  // wipes the line
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // Cheap enough for every row: it writes at each 2^15th only.
    void at(std::uint64_t done) {
        if (terminal_ && done % 32768 == 0) write(done);
    }

private:
    void write(std::uint64_t done);

    std::string what_;
    std::FILE* out_;
    bool terminal_;
    bool written_ = false;
};

}  // namespace sluice::text
