#pragma once
#include <string>
#include <string_view>
#include <strop/signature/signature.hpp>
#include <strop/text/result.hpp>
#include <vector>

/// What the adapters share.
namespace strop::detail {

/// Demos in the order of the prompt. Pointers into the list they were made from.
struct SortedDemos {
  std::vector<const Json*> incomplete, complete;
};
/// What stands before a demo that lacks a field.
inline constexpr const char* incomplete_demo =
    "This is an example of the task, though some input or output fields are not supplied.";

SortedDemos sort_demos(const Signature& signature, const std::vector<Json>& demos);

/// The value of that key; null where there is none.
const Json* member(const Json& object, std::string_view key);

/// Whether the value is nothing but what the prompt shows in its place: `{name}`, `${name}`, or the whole placeholder.
bool is_echo(const Field& field, std::string_view value);

/// Collects the outputs of one reply.
class Outputs {
 public:
  Outputs(std::string_view adapter, const Signature& signature, std::string_view reply)
      : adapter_(adapter), signature_(signature), reply_(reply), values_(signature.outputs().size()) {}

  bool has(std::size_t index) const { return values_[index].has_value(); }

  /// Takes a value for the output of that index. False: `value` is a failure, and failure() says so.
  bool set(std::size_t index, Result<Json> value);

  /// All outputs, after defaults; or the failure that names what is missing.
  Result<Json> finish() &&;

  Failure failure(std::string_view what) const;

 private:
  std::string_view adapter_;
  const Signature& signature_;
  std::string_view reply_;
  std::vector<std::optional<Json>> values_;
  std::string what_;
};

}  // namespace strop::detail
