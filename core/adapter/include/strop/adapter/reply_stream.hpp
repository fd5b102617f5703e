#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <strop/text/json.hpp>
#include <vector>

namespace strop {

/// Something that became known of an output.
struct FieldEvent {
  std::size_t output = 0;          ///< its index among the signature's outputs
  std::string delta = {};          ///< more of its text, where it is a str
  std::optional<Json> value = {};  ///< else all of it; of a str: what stands in the place of the text so far
};

/// When something is known.
enum class StreamMode {
  /// What is given is what Adapter::parse will find, whatever comes yet. As JSON and XML can be changed by anything
  /// that follows (a second value of the same key, a mistake that makes a repair read all anew), their outputs come at
  /// the end.
  certain,
  /// What is given is what Adapter::parse finds if the rest is well-formed and has every output once. Where it is not,
  /// finish() puts it right: by values that stand in the place of what was given.
  eager,
};

/// A reply that comes in pieces, as outputs that come in pieces: what is behind Adapter::stream. A str comes as deltas
/// that make up its value, white space and escapes settled, every other value once and whole. When all is over and
/// parse() finds the outputs of the reply, the events are these: defaults too. When it does not, an output that is
/// wrong itself has no event.
/// Linear in the reply, however it is cut. Keeps of it what is not certain.
class ReplyStream {
 public:
  virtual ~ReplyStream() = default;

  /// More of the reply; UTF-8 may be cut anywhere.
  virtual std::vector<FieldEvent> push(std::string_view text) = 0;

  /// The reply has ended. Nothing may be pushed behind it.
  virtual std::vector<FieldEvent> finish() = 0;
};

}  // namespace strop
