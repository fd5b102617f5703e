#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace strop {

/// One JSON value as text on one line: what requests and answers are. Between the host and a task it is
/// copied and never parsed into objects; whoever wants what is in it calls parse_json.
///
/// Checked once, where it comes in, so that what is written into a journal can be read again: strict JSON
/// (RFC 8259) in valid UTF-8 without line breaks, at most `max_bytes` long and `max_depth` deep. Linear, about 1 ns a
/// byte.
class JsonLine {
 public:
  static constexpr std::size_t max_bytes = std::size_t{64} << 20;
  static constexpr std::size_t max_depth = 256;

  /// Throws Error{fatal}, which names the byte and what is wrong there.
  explicit JsonLine(std::string text);

  const std::string& text() const& { return text_; }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace strop
