#pragma once
#include <string_view>
#include <strop/text/json.hpp>
#include <utility>
#include <vector>

namespace strop {

/// The members of an object, found by name: for objects that are not ours, which may have any number of them. Refers to
/// their names, so that none may be added.
class MemberIndex {
 public:
  explicit MemberIndex(const Json& object);

  /// Its place among the object's members, or their number.
  std::size_t find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string_view, std::size_t>> sorted_;
};

}  // namespace strop
