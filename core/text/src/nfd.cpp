#include <algorithm>
#include <cstdint>
#include <iterator>
#include <strop/text/nfd.hpp>
#include <strop/text/sort.hpp>
#include <strop/text/utf8.hpp>
#include <vector>

#include "nfd_table.hpp"

namespace strop {
namespace {

struct Row {
  char32_t character, first, second;
};

std::vector<Row> unpacked_table() {
  std::vector<Row> rows;
  Row row{};
  for (std::size_t i = 0; i < std::size(nfd::characters); ++i) {
    row.character += nfd::characters[i];
    row.first += static_cast<char32_t>(nfd::firsts[i]);
    row.second = nfd::seconds[nfd::second_numbers[i]];
    rows.push_back(row);
  }
  return rows;
}

void append_parts(std::u32string& text, char32_t c, const std::vector<Row>& table) {
  constexpr char32_t syllables = 0xAC00, leads = 0x1100, vowels = 0x1161, tails = 0x11A7;
  if (c >= syllables && c < syllables + 11172) {
    const char32_t index = c - syllables;
    text.push_back(leads + index / 588);
    text.push_back(vowels + index % 588 / 28);
    if (index % 28 != 0) text.push_back(tails + index % 28);
    return;
  }
  const auto row = std::partition_point(table.begin(), table.end(), [c](const Row& r) { return r.character < c; });
  if (row == table.end() || row->character != c) {
    text += c;
    return;
  }
  append_parts(text, row->first, table);  // which may have parts itself; at most three times
  if (row->second != 0) append_parts(text, row->second, table);
}

int combining_class(char32_t c) {
  if (c < 0x300 || c > 0x36F) return 0;
  return nfd::classes[std::upper_bound(std::begin(nfd::class_starts), std::end(nfd::class_starts), c) -
                      std::begin(nfd::class_starts) - 1];
}

}  // namespace

std::string to_nfd(std::string_view text) {
  // U+00C0 is the first character that has parts; its first byte is C3.
  if (std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xC3; }))
    return std::string(text);
  const std::vector<Row> table = unpacked_table();
  std::u32string parts;
  for (std::size_t at = 0; at < text.size();) append_parts(parts, next_code_point(text, at), table);

  for (auto mark = parts.begin(); mark != parts.end();) {
    const auto is_mark = [](char32_t c) { return combining_class(c) > 0; };
    mark = std::find_if(mark, parts.end(), is_mark);
    const auto end = std::find_if_not(mark, parts.end(), is_mark);
    std::vector<std::uint64_t> order;  // by class, then as they stand
    for (auto m = mark; m != end; ++m)
      order.push_back(static_cast<std::uint64_t>(combining_class(*m)) << 56 | std::uint64_t{order.size()} << 21 | *m);
    sort(order);
    std::transform(order.begin(), order.end(), mark,
                   [](std::uint64_t key) { return static_cast<char32_t>(key & 0x1FFFFF); });
    mark = end;
  }
  std::string out;
  for (const char32_t c : parts) append_code_point(out, c);
  return out;
}

}  // namespace strop
