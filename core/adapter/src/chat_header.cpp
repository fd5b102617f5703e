#include "chat_header.hpp"

#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>

namespace strop::detail {

std::string_view header_name(std::string_view line, std::size_t& length) {
  if (!line.starts_with(header_open)) return {};
  std::size_t end = header_open.size();
  for (std::size_t next = end; next < line.size() && is_word(next_code_point(line, next));) end = next;
  const std::string_view name = line.substr(header_open.size(), end - header_open.size());
  if (name.empty() || line.substr(end, header_close.size()) != header_close) return {};
  length = header_open.size() + count_code_points(name) + header_close.size();
  return name;
}

std::string_view without_characters(std::string_view line, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < line.size(); --count) next_code_point(line, at);
  return line.substr(at);
}

}  // namespace strop::detail
