#include "code_text.hpp"

#include <strop/text/python_text.hpp>

namespace strop::detail {

std::string code_in(std::string_view text) {
  constexpr std::string_view fence = "```";
  const std::size_t open = text.find(fence);
  if (open == text.npos) return std::string(text);
  // A fence whose line ends is followed by code; the last fence before a line end counts where several stand in it.
  if (const std::size_t line_end = text.find('\n', open + fence.size()); line_end != text.npos) {
    if (const std::size_t close = text.find(fence, line_end + 1); close != text.npos)
      return std::string(python_strip(text.substr(line_end + 1, close - line_end - 1)));
  }
  const std::size_t close = text.find(fence, open + fence.size());
  if (close == text.npos) return std::string(text);
  return std::string(python_strip(text.substr(open + fence.size(), close - open - fence.size())));
}

}  // namespace strop::detail
