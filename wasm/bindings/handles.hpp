#pragma once
#include <cstdint>
#include <memory>
#include <strop/text/result.hpp>
#include <utility>
#include <vector>

namespace strop::surface {

/// Objects by number, for hosts that cannot hold a C++ object. A number is never given twice in a row: it has the place
/// and how often that was used before (modulo 2^11), so that one that was released finds nothing, and neither does one
/// of another class.
class Handles {
 public:
  static constexpr std::size_t most = 1U << 20;  ///< objects at a time

  /// The number, above 0.
  template <class Object>
  Result<int> keep(Object object) {
    return keep(std::make_shared<Object>(std::move(object)), &kind<Object>);
  }

  /// The object, or null. O(1).
  template <class Object>
  Object* find(int handle) const {
    return static_cast<Object*>(find(handle, &kind<Object>));
  }

  /// Frees the object. Does nothing for a number that has none.
  void release(int handle);

 private:
  template <class Object>
  static constexpr char kind{};  // its address stands for the class

  struct Place {
    std::shared_ptr<void> object;
    const void* kind = nullptr;
    std::uint32_t uses = 0;
  };

  Result<int> keep(std::shared_ptr<void> object, const void* kind);
  void* find(int handle, const void* kind) const;
  const Place* place(int handle) const;

  std::vector<Place> places_;
  std::vector<std::uint32_t> free_;
};

}  // namespace strop::surface
