#include <strop/text/folded.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>

namespace strop {

std::string lower_case(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) append_code_point(result, lower(next_code_point(text, at)));
  return result;
}

std::string folded(std::string_view text) {
  text = python_strip(text);
  std::string result, gap;  // what is between words, if it turns out to be between them
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c == '_' || c == '-' || is_python_space(c)) {
      append_code_point(gap, c);
      continue;
    }
    if (!gap.empty()) result += result.empty() ? gap : " ";  // -1 is not 1
    gap.clear();
    append_code_point(result, lower(c));
  }
  return result + gap;
}

}  // namespace strop
