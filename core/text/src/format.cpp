#include <charconv>
#include <strop/text/format.hpp>

namespace strop {

void FormatArgument::append_to(std::string& text) const {
  if (text_ != &is_number) {
    text.append(text_, static_cast<std::size_t>(number_));
    return;
  }
  char digits[20];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, number_).ptr);
}

std::string format(std::string_view pattern, std::initializer_list<FormatArgument> arguments) {
  std::string text;
  for (const FormatArgument& argument : arguments) {
    const std::size_t place = pattern.find("{}");
    text.append(pattern, 0, place);
    argument.append_to(text);
    pattern.remove_prefix(place + 2);
  }
  return text.append(pattern);
}

}  // namespace strop
