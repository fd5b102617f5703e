#include "handles.hpp"

namespace strop::surface {
namespace {

constexpr std::uint32_t index_bits = 20, uses_mask = (1U << 11) - 1;

}  // namespace

Result<int> Handles::keep(std::shared_ptr<void> object, const void* kind) {
  std::uint32_t index = 0;
  if (!free_.empty()) {
    index = free_.back();
    free_.pop_back();
  } else {
    if (places_.size() + 1 >= most)
      return Failure{"too_many_objects", "a million objects are open; dispose of those that are not needed"};
    if (places_.empty()) places_.emplace_back();  // so that no number is 0
    index = static_cast<std::uint32_t>(places_.size());
    places_.emplace_back();
  }
  Place& place = places_[index];
  place.object = std::move(object);
  place.kind = kind;
  return static_cast<int>((place.uses & uses_mask) << index_bits | index);
}

const Handles::Place* Handles::place(int handle) const {
  const auto number = static_cast<std::uint32_t>(handle);
  const std::uint32_t index = number & (most - 1);
  if (handle <= 0 || index >= places_.size()) return nullptr;
  const Place& place = places_[index];
  return place.object && (place.uses & uses_mask) == number >> index_bits ? &place : nullptr;
}

void* Handles::find(int handle, const void* kind) const {
  const Place* const found = place(handle);
  return found && found->kind == kind ? found->object.get() : nullptr;
}

void Handles::release(int handle) {
  const Place* const found = place(handle);
  if (!found) return;
  const auto index = static_cast<std::uint32_t>(found - places_.data());
  places_[index].object.reset();
  ++places_[index].uses;
  free_.push_back(index);
}

}  // namespace strop::surface
