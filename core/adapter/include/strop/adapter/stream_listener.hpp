#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <strop/text/result.hpp>

namespace strop {

/// What a listener hands on: text of its field, as it came.
struct ListenedChunk {
  std::string text;
  bool last = false;  ///< nothing of this reply follows
};

struct ListenOptions {
  /// The listener serves the next reply as well: it starts anew with the first chunk behind the end of one.
  bool allow_reuse = false;
  /// The field is of DSPy's type Reasoning: what the model thinks is its text, beside what it answers.
  bool reasoning = false;
};

/// DSPy's StreamListener, chunk for chunk: the text of one output out of a streamed reply. What it gives depends on
/// where the chunks part; JSON stays JSON, with its quotes and escapes; a reply that comes as one chunk gives nothing.
/// For texts that are what the reply will be read as, whatever the chunks, see ReplyStream.
/// Linear in the reply, which it does not keep. Source: dspy/streaming/streaming_listener.py.
class StreamListener {
 public:
  /// `adapter` is "chat", "json" or "xml". Failure `unsupported_adapter`: DSPy listens to no other.
  static Result<StreamListener> make(std::string_view adapter, std::string field, ListenOptions options = {});

  /// The next chunk of the reply: what it says and what it thinks, where it does.
  std::optional<ListenedChunk> push(std::optional<std::string_view> content,
                                    std::optional<std::string_view> reasoning = {});

  /// The reply has ended: what was held back.
  std::optional<ListenedChunk> finish();

  StreamListener(StreamListener&&) noexcept;
  StreamListener& operator=(StreamListener&&) noexcept;
  ~StreamListener();

 private:
  class State;
  explicit StreamListener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace strop
