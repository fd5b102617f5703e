#include <strop/text/infer_prefix.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>

namespace strop {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return is_upper(c) || is_lower(c); }

/// An underscore before every capitalized word that something precedes: re.sub("(.)([A-Z][a-z]+)", "\1_\2").
std::string split_capitalized(const std::string& text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t word = at;
    const char32_t before = next_code_point(text, word);
    result.append(text, at, word - at);
    at = word;
    if (before == '\n' || word + 1 >= text.size() || !is_upper(text[word]) || !is_lower(text[word + 1])) continue;
    result += '_';
    for (result += text[at++]; at < text.size() && is_lower(text[at]); ++at) result += text[at];
  }
  return result;
}

/// An underscore between every pair of neighbors that fits, where pairs do not overlap, as re.sub finds them.
template <class First, class Second>
std::string split_between(const std::string& text, First first, Second second) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    result += text[at];
    if (at + 1 < text.size() && first(text[at]) && second(text[at + 1])) (result += '_') += text[++at];
  }
  return result;
}

/// The word in title case; as it is when it is all capitals: "HTML", "D".
void append_word(std::string& text, std::string_view word) {
  bool all_upper = false, any_lower = false;
  for (std::size_t at = 0; at < word.size();) {
    const char32_t c = next_code_point(word, at);
    all_upper |= lower(c) != c;
    any_lower |= upper(c) != c || c == 0xDF;
  }
  if (all_upper && !any_lower) {
    text += word;
    return;
  }
  bool first = true;
  for (std::size_t at = 0; at < word.size(); first = false) {
    const char32_t c = next_code_point(word, at);
    if (first && c == 0xDF)
      text += "Ss";
    else
      append_code_point(text, first ? upper(c) : lower(c));
  }
}

}  // namespace

std::string infer_prefix(std::string_view name) {
  std::string text = split_capitalized(std::string(name));
  text = split_between(text, [](char c) { return is_lower(c) || is_digit(c); }, is_upper);
  text = split_between(text, is_letter, is_digit);
  text = split_between(text, is_digit, is_letter);

  std::string prefix;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find('_', begin);
    append_word(prefix, std::string_view(text).substr(begin, end == text.npos ? text.npos : end - begin));
    if (end == text.npos) return prefix;
    prefix += ' ';
    begin = end + 1;
  }
}

}  // namespace strop
