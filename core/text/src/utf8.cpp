#include <algorithm>
#include <strop/text/utf8.hpp>

namespace strop {
namespace {

constexpr char32_t replacement = 0xFFFD;

bool is_scalar(char32_t c) { return c < 0xD800 || (c > 0xDFFF && c <= 0x10FFFF); }

/// Whether a valid sequence begins at `at`: then `c` is its code point, and `at` is behind it.
bool read(std::string_view text, std::size_t& at, char32_t& c) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) {
    c = lead;
    ++at;
    return true;
  }
  const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || at + more >= text.size()) return false;
  c = lead & (0x3Fu >> more);
  for (std::size_t i = 1; i <= more; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0) != 0x80) return false;
    c = (c << 6) | (byte & 0x3F);
  }
  constexpr char32_t least[] = {0x80, 0x800, 0x10000};
  if (c < least[more - 1] || !is_scalar(c)) return false;
  at += more + 1;
  return true;
}

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& at) {
  char32_t c;
  if (read(text, at, c)) return c;
  ++at;
  return replacement;
}

void append_code_point(std::string& text, char32_t c) {
  if (!is_scalar(c)) c = replacement;
  if (c < 0x80) {
    text += static_cast<char>(c);
    return;
  }
  const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr unsigned char lead[] = {0xC0, 0xE0, 0xF0};
  text += static_cast<char>(lead[more - 1] | (c >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) text += static_cast<char>(0x80 | ((c >> (6 * i)) & 0x3F));
}

bool is_valid_utf8(std::string_view text) {
  char32_t c;
  for (std::size_t at = 0; at < text.size();) {
    if (!read(text, at, c)) return false;
  }
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  if (is_valid_utf8(text)) return std::string(text);
  std::string valid;
  valid.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) append_code_point(valid, next_code_point(text, at));
  return valid;
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::string shortened(std::string_view text, std::size_t limit) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < limit && at < text.size(); ++i) next_code_point(text, at);
  std::string result = to_valid_utf8(text.substr(0, at));
  if (at < text.size()) result += "…";
  return result;
}

namespace {
char lower_of(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
}  // namespace

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = lower_of(c);
  return lower;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower_of(x) == lower_of(y); });
}

}  // namespace strop
