# Writes the version header, at build time, so that it names the commit that was built.
execute_process(COMMAND git -C ${source} rev-parse --short=12 HEAD
                OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit unknown)
endif()
file(WRITE ${header} "// Written by tools/version.cmake.
#pragma once

namespace sluice::cli {

inline constexpr const char* version = \"${version}\";
inline constexpr const char* commit = \"${commit}\";  // \"unknown\" outside a git checkout

}  // namespace sluice::cli
")
