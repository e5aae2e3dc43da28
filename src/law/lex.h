// The words of a `.law` file, with their places. Internal to law/.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/diagnostic.h"

namespace sluice::law {

struct Source {
    std::string_view name{};
    std::string_view text{};
    text::Lines lines{};

    Source(std::string_view file_name, std::string_view whole_text)
        : name(file_name), text(whole_text), lines(whole_text) {}
    text::Location at(std::size_t begin, std::size_t width) const {
        return lines.locate(name, text, begin, width);
    }
};

struct Token {
    enum class Kind : unsigned char {
        word,    // `tpp`, `us.ear.3a090.a`, `3A090.a.1`, `GB`: letters, digits, `_`, `.` and `-`
        number,  // `4800`, `5.92`, `26_900_000`
        date,    // digits and hyphens
        group,   // `D:5`
        string,  // with its quotes; `value` holds what it says
        sign,    // ( ) { } , + - * / % < <= == != >= > => ..
        end,
    };
    Kind kind = Kind::end;
    std::size_t begin = 0;
    std::string_view written{};
    std::string value{};  // string: unescaped, every run of blanks and line ends one blank
    bool first_on_line = false;

    std::size_t end() const { return begin + written.size(); }
};

struct Comment {
    std::size_t begin = 0;
    std::string_view written{};  // from `#` on, without trailing blanks
};

struct Lexed {
    std::vector<Token> tokens{};  // ends with one `end`
    std::vector<Comment> comments{};
    text::Diagnostics problems{};
};

// Never fails: what cannot be read is reported and left out. Requires: text is UTF-8 with LF only.
Lexed lex(const Source& source);

}  // namespace sluice::law
