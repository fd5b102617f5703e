#include <algorithm>
#include <array>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>

namespace strop {
namespace {

struct Block {
  char32_t first, last;
};

/// Beyond ASCII: blocks of punctuation, symbols and controls, in order. All else counts as letters.
constexpr std::array not_word = std::to_array<Block>({
    {0x80, 0xA9},        {0xAB, 0xB1},     {0xB4, 0xB4},     {0xB6, 0xB8},       {0xBB, 0xBB},       {0xBF, 0xBF},
    {0xD7, 0xD7},        {0xF7, 0xF7},     {0x2C2, 0x2C5},   {0x2D2, 0x2DF},     {0x2EF, 0x36F},     {0x375, 0x375},
    {0x37E, 0x37E},      {0x384, 0x385},   {0x387, 0x387},   {0x55A, 0x55F},     {0x589, 0x58F},     {0x5BE, 0x5BE},
    {0x5F3, 0x60F},      {0x61B, 0x61F},   {0x66A, 0x66D},   {0x6D4, 0x6D4},     {0x700, 0x70F},     {0x964, 0x965},
    {0xE3F, 0xE3F},      {0xE4F, 0xE4F},   {0xE5A, 0xE5B},   {0xF01, 0xF17},     {0x10FB, 0x10FB},   {0x1390, 0x1399},
    {0x1680, 0x1680},    {0x1800, 0x180A}, {0x1FFD, 0x206F}, {0x207A, 0x207E},   {0x208A, 0x208E},   {0x20A0, 0x20C0},
    {0x2190, 0x245F},    {0x249C, 0x24E9}, {0x2500, 0x2775}, {0x2794, 0x2BFF},   {0x2E00, 0x2E2E},   {0x2E30, 0x3004},
    {0x3008, 0x3020},    {0x3030, 0x3030}, {0x303D, 0x303F}, {0x3099, 0x309C},   {0x30A0, 0x30A0},   {0x30FB, 0x30FB},
    {0x31C0, 0x31E3},    {0x3200, 0x321E}, {0x322A, 0x3247}, {0x3260, 0x327F},   {0x328A, 0x32B0},   {0x32C0, 0x33FF},
    {0x4DC0, 0x4DFF},    {0xD800, 0xF8FF}, {0xFE10, 0xFE19}, {0xFE30, 0xFE6B},   {0xFEFF, 0xFF0F},   {0xFF1A, 0xFF20},
    {0xFF3B, 0xFF40},    {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1CF50, 0x1D164}, {0x1D300, 0x1D356}, {0x1F000, 0x1FBCA},
    {0xE0000, 0x10FFFF},
});

/// Lines as text.split("\n") gives them.
std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t end; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1)) {
    lines.push_back(text.substr(0, end));
  }
  lines.push_back(text);
  return lines;
}

std::string joined_lines(const std::vector<std::string_view>& lines) {
  std::string text;
  for (const std::string_view line : lines) (text += line) += '\n';
  if (!text.empty()) text.pop_back();
  return text;
}

std::string expand_tabs(std::string_view text) {
  std::string expanded;
  std::size_t column = 0;
  for (const char c : text) {
    if (c == '\t') {
      const std::size_t blanks = 8 - column % 8;
      expanded.append(blanks, ' ');
      column += blanks;
      continue;
    }
    expanded += c;
    if (c == '\n' || c == '\r')
      column = 0;
    else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80)
      ++column;
  }
  return expanded;
}

/// Cuts `count` characters off the front of the line, or all it has.
std::string_view without_margin(std::string_view line, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < line.size(); --count) next_code_point(line, at);
  return line.substr(at);
}

}  // namespace

bool is_python_space(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_word(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  const auto block = std::partition_point(not_word.begin(), not_word.end(), [c](const Block& b) { return b.last < c; });
  return block == not_word.end() || c < block->first;
}

bool is_python_line_end(char32_t c) {
  return (c >= '\n' && c <= '\r') || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

std::string_view python_lstrip(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (!is_python_space(next_code_point(text, at))) return text.substr(begin);
  }
  return {};
}

std::string_view python_rstrip(std::string_view text) {
  while (!text.empty()) {
    std::size_t begin = text.size() - 1;
    while (begin > 0 && text.size() - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
    std::size_t at = begin;
    if (!is_python_space(next_code_point(text, at)) || at != text.size()) break;
    text = text.substr(0, begin);
  }
  return text;
}

std::string_view python_strip(std::string_view text) { return python_rstrip(python_lstrip(text)); }

std::vector<std::string_view> python_splitlines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = at;
    const char32_t c = next_code_point(text, at);
    if (!is_python_line_end(c)) continue;
    if (c == '\r' && at < text.size() && text[at] == '\n') ++at;
    lines.push_back(text.substr(begin, end - begin));
    begin = at;
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

std::string cleandoc(std::string_view text) {
  const std::string expanded = expand_tabs(text);
  std::vector<std::string_view> lines = split_lines(expanded);
  std::size_t margin = std::string::npos;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string_view content = python_lstrip(lines[i]);
    if (content.empty()) continue;
    margin = std::min(margin, count_code_points(lines[i].substr(0, lines[i].size() - content.size())));
  }
  lines[0] = python_lstrip(lines[0]);
  if (margin != std::string::npos) {
    for (std::size_t i = 1; i < lines.size(); ++i) lines[i] = without_margin(lines[i], margin);
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  const auto first = std::find_if(lines.begin(), lines.end(), [](std::string_view line) { return !line.empty(); });
  lines.erase(lines.begin(), first);
  return joined_lines(lines);
}

std::string dedent(std::string_view text) {
  std::vector<std::string_view> lines = split_lines(text);
  std::string_view margin;
  bool any = false;
  for (std::string_view& line : lines) {
    const std::size_t content = line.find_first_not_of(" \t");
    if (content == line.npos) {
      line = {};
      continue;
    }
    const std::string_view indent = line.substr(0, content);
    const auto same = std::mismatch(margin.begin(), margin.end(), indent.begin(), indent.end()).first;
    margin = any ? margin.substr(0, static_cast<std::size_t>(same - margin.begin())) : indent;
    any = true;
  }
  for (std::string_view& line : lines) {
    if (!line.empty()) line.remove_prefix(margin.size());
  }
  return joined_lines(lines);
}

char32_t upper(char32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z' ? c - 32 : c;
  if (c == 0xB5) return 0x39C;
  if ((c >= 0xE0 && c <= 0xFE && c != 0xF7) || (c >= 0x3B1 && c <= 0x3C9 && c != 0x3C2) || (c >= 0x430 && c <= 0x44F)) {
    return c - 32;
  }
  if (c == 0xFF) return 0x178;
  if (c == 0x131) return 'I';
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177) || (c >= 0x460 && c <= 0x481) ||
      (c >= 0x48A && c <= 0x4BF) || (c >= 0x4D0 && c <= 0x52F) || (c >= 0x1E00 && c <= 0x1E95) ||
      (c >= 0x1EA0 && c <= 0x1EFF)) {
    return c & ~char32_t{1};
  }
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return c % 2 == 0 ? c - 1 : c;
  if (c == 0x3AC) return 0x386;
  if (c >= 0x3AD && c <= 0x3AF) return c - 37;
  if (c == 0x3C2) return 0x3A3;
  if (c >= 0x450 && c <= 0x45F) return c - 80;
  if (c >= 0x561 && c <= 0x586) return c - 48;
  return c;
}

}  // namespace strop
