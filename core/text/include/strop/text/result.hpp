#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace strop {

/// What went wrong, for a person and for a program.
struct Failure {
  std::string_view code;  ///< snake_case, a literal; part of the interface
  std::string message;    ///< names the place and the fix
};

/// A T, or the Failure that came instead, where failing is normal.
/// value(), * and -> need a T, error() a Failure: anything else throws std::bad_variant_access.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  explicit operator bool() const { return state_.index() == 0; }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Failure& error() const& { return std::get<1>(state_); }
  Failure&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Failure> state_;
};

}  // namespace strop
