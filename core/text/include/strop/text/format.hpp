#pragma once
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace strop {

/// A text or a whole number that is put into a pattern. Refers to the text, so it must not outlive it.
class FormatArgument {
 public:
  FormatArgument(std::string_view text) : text_(text.data()), number_(static_cast<std::int64_t>(text.size())) {}
  FormatArgument(const std::string& text) : FormatArgument(std::string_view(text)) {}
  FormatArgument(const char* text) : FormatArgument(std::string_view(text)) {}
  template <std::integral Number>
    requires(!std::same_as<Number, char> && !std::same_as<Number, bool>)
  FormatArgument(Number number) : text_(&is_number), number_(static_cast<std::int64_t>(number)) {}

  void append_to(std::string& text) const;

 private:
  static constexpr char is_number = 0;  ///< its address marks a number

  const char* text_;
  std::int64_t number_;  ///< the number, or the size of the text
};

/// The pattern with every {} replaced by the next of the arguments: format("line {}: {}", {3, "too long"}). One
/// function for all calls, however many arguments: a message costs the module little more than its text. Precondition:
/// as many arguments as {}.
std::string format(std::string_view pattern, std::initializer_list<FormatArgument> arguments);

}  // namespace strop
