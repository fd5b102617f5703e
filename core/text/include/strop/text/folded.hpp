#pragma once
#include <string>
#include <string_view>

namespace strop {

/// The text as names are compared that people write in many ways: in lower case, with one space for each run of blanks,
/// hyphens and underscores within it. "Final_Answer", "final-answer" and " FINAL  ANSWER " are one. Linear.
std::string folded(std::string_view text);

/// The text in lower case, letter by letter. Linear.
std::string lower_case(std::string_view text);

}  // namespace strop
