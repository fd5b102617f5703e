#pragma once
#include <string>
#include <string_view>
#include <strop/adapter/adapter.hpp>
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

/// What a value in a reply is as the field's; a failure where it only repeats its placeholder, but as DSPy reads.
Result<Json> read_output(const Field& field, const Json& value, Reading reading);

/// Collects the outputs of one reply, in one way of reading it.
class Outputs {
 public:
  Outputs(std::string_view adapter, const Signature& signature, std::string_view reply, Reading reading)
      : adapter_(adapter),
        signature_(&signature),
        reply_(reply),
        reading_(reading),
        values_(signature.outputs().size()) {}

  std::span<const Field> fields() const { return signature_->outputs(); }
  bool has(std::size_t index) const { return values_[index].has_value(); }
  std::size_t count() const;

  /// Reads a value for the output of that index. False: it is none, and failure() says so.
  bool read(std::size_t index, const Json& value);
  /// The same with what became of the value. Only the first failure is kept.
  bool set(std::size_t index, Result<Json> value);

  /// Says what is wrong with the whole; only the first failure is kept.
  void fail(std::string what);
  /// Gives up for that reason, which no other way of reading the reply can take back.
  void refuse(std::string what) { what_ = std::move(what), refused_ = true; }
  bool refused() const { return refused_; }
  /// A name in the reply that is no output's, for the message.
  void add_stranger(std::string_view name);
  bool has_strangers() const { return !strangers_.empty(); }

  /// Whether finish() gives all outputs.
  bool is_complete() const { return what_.empty() && !missing(); }
  /// All outputs, after defaults; or the failure that names what is missing.
  Result<Json> finish() &&;

  Failure failure(std::string_view what) const;

 private:
  /// The first output that has neither a value nor a default; null where there is none.
  const Field* missing() const;

  std::string_view adapter_;
  const Signature* signature_;
  std::string_view reply_;
  Reading reading_;
  std::vector<std::optional<Json>> values_;
  std::string what_;
  std::vector<std::string> strangers_;
  bool refused_ = false;
};

/// Of several ways to read a reply the first that gives all outputs, else the failure of the one that gave most.
class Best {
 public:
  /// Whether that is the result: all outputs, or a reason to give up.
  bool take(Outputs outputs);
  Result<Json> result() && { return std::move(*result_); }

 private:
  std::optional<Result<Json>> result_;
  std::size_t worth_ = 0;
};

}  // namespace strop::detail
