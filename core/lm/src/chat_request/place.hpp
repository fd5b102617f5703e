#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <strop/text/format.hpp>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

namespace strop {

/// Where in a call something stands: messages[3].content[0]. Refers to the places around it; its text is made only
/// where something is refused.
struct Place {
  const Place* around = nullptr;
  std::string_view name = {};
  std::int64_t index = -1;  ///< in a list, or -1

  std::string text() const {
    std::string text = around ? around->text() : "";
    if (index >= 0) return text += format("[{}]", {index});
    if (!text.empty()) text += '.';
    return text += name;
  }
};

/// Keeps the first of what is refused, so that reading goes on to its end with whatever there is and is asked once
/// whether it failed: a check for each value would be most of the code.
class Refusals {
 public:
  void bad(const Place& place, std::string_view why) { refuse("bad_request", place, why); }
  void unsupported(const Place& place, std::string_view why) { refuse("unsupported_request", place, why); }

  const std::optional<Failure>& first() const { return first_; }

 private:
  void refuse(std::string_view code, const Place& place, std::string_view why) {
    if (!first_) first_ = Failure{code, format("{} {}", {place.text(), why})};
  }

  std::optional<Failure> first_;
};

}  // namespace strop
