#pragma once
#include <memory>
#include <optional>
#include <string_view>
#include <strop/adapter/reply_stream.hpp>
#include <strop/lm/message.hpp>
#include <strop/signature/signature.hpp>
#include <strop/text/result.hpp>
#include <vector>

namespace strop {

/// What is wrong with inputs that are no texts: an image without an address, a history that is no list of turns. Names
/// the field; failure `bad_input`. Nothing where all can be shown. Texts, numbers and objects of a class are shown as
/// they are.
std::optional<Failure> objection_to_inputs(const Signature& signature, const Json& inputs);

struct CallOptions {
  /// Whether the model calls tools by its own means: past calls in a History are then messages with `tool_calls` and
  /// messages of the role `tool`.
  bool native_tools = false;
};

/// How a reply is read.
enum class Reading {
  /// As a careful person would. What DSPy accepts means the same but for these faults of DSPy's, which are not
  /// repeated: an indented header cuts its line at the wrong place; the end marker in another spelling, or at the end
  /// of a line,
  /// becomes part of the value before it; JSON's null is the text "None"; a draft within `<think>` is taken for the
  /// reply; a value that only repeats its placeholder is a value. What DSPy rejects is looked at again, see each
  /// adapter and read_value: headers, keys and tags in other spellings, and fields in another adapter's format. Where
  /// the reply
  /// has two equally good readings it is rejected, and the failure says so.
  ///
  /// A reply of plain words is not taken for the value of the only output, although it often is just that: a refusal,
  /// an apology and a question back look the same, and optimizers would learn from them as from answers.
  tolerant,
  dspy,  ///< what DSPy accepts and rejects, exactly
};

/// The reading that "compat" names: "dspy", or "" for the tolerant one; nothing for any other name.
std::optional<Reading> reading_named(std::string_view name);

/// How a signature becomes a prompt and a reply becomes outputs. Adapters have no state.
class Adapter {
 public:
  virtual ~Adapter() = default;

  virtual std::string_view name() const = 0;

  /// Why the adapter cannot make prompts for the signature; nothing where it can, as most always can. To be asked once,
  /// before stable() and call(), which then leave out what cannot be shown. Failure `bad_output_type`.
  virtual std::optional<Failure> objection(const Signature&) const { return std::nullopt; }

  /// What does not depend on the inputs: the task and the demos, objects of field values. Demos that lack a field or
  /// have null there come first; those without any input or any output are left out. Linear in the demos.
  virtual Prompt stable(const Signature& signature, const std::vector<Json>& demos) const = 0;

  /// What this call adds: `inputs` is an object of field values; fields it lacks are left out, other keys ignored.
  /// Media become parts of a message's content of their own; a field of the type History becomes the messages of its
  /// turns. join(stable(…), call(…)) is the whole prompt.
  virtual Prompt call(const Signature& signature, const Json& inputs, const CallOptions& options) const = 0;
  Prompt call(const Signature& signature, const Json& inputs) const { return call(signature, inputs, {}); }

  /// The outputs in the reply, an object in the order of the signature. A field that the reply lacks takes its default
  /// value, or None where its type allows that.
  /// Failure `adapter_parse` names the adapter, what was expected and found, and quotes the reply. Linear.
  virtual Result<Json> parse(const Signature& signature, std::string_view reply,
                             Reading reading = Reading::tolerant) const = 0;

  /// Reads one reply while it comes. An adapter that has nothing of its own waits for the end. Null in a small module.
  virtual std::unique_ptr<ReplyStream> stream(const Signature& signature, StreamMode mode,
                                              Reading reading = Reading::tolerant) const;
};

/// What stands between DSPy's marks in the user's texts becomes content of its own, wherever it comes from. DSPy does
/// so; who writes into an input can then have an address fetched. Without it only fields of media types become content.
void expand_marked_texts(std::vector<Message>& messages);

/// DSPy's ChatAdapter, byte for byte: `[[ ## field ## ]]` headers in a conversation. Tolerant: headers with other
/// blanks, hashes, case or emphasis, and within a line; where there are none, a JSON object, else labels (`**Answer:**
/// …`).
const Adapter& chat_adapter();

/// DSPy's JSONAdapter, byte for byte: inputs as in the chat adapter, outputs as one JSON object. A reply is read as
/// JSON that a model wrote (see repair_json), also where text stands around it. Tolerant: keys in another spelling, the
/// one object within another that has the outputs, and chat headers.
const Adapter& json_adapter();

/// DSPy's XMLAdapter, byte for byte: an element for each field; lists and dicts as elements within elements. A reply
/// must be well-formed but for what stands around its elements. Tolerant: bare & and <, tags in another case, within
/// other elements or not closed, and a JSON object.
const Adapter& xml_adapter();

/// DSPy's BAMLAdapter, byte for byte: as the JSON adapter, with the outputs' types in a compact notation in place of
/// JSON Schemas, and models among the inputs as indented JSON. It objects to models that contain themselves.
const Adapter& baml_adapter();

/// DSPy's TwoStepAdapter, byte for byte: the model is asked in free form, values as Python's str() shows them, and
/// media and histories with them. A second call has the outputs extracted from its reply, see extraction_signature;
/// parse reads what that one answered in the chat adapter's format.
const Adapter& two_step_adapter();

/// The signature of the two_step adapter's second call, to be asked by the chat adapter, without demos: from `text`,
/// the first reply, to the outputs.
Signature extraction_signature(const Signature& signature);

/// For small models that continue a text: the instructions, then `Label: value` lines. The prompt is one completion.
/// DSPy has no such adapter: both readings are the tolerant one.
const Adapter& compact_adapter();

/// "chat", "json", "xml", "baml", "two_step" or "compact"; null for any other name. A small module (see has_all) has
/// chat and compact.
const Adapter* adapter_named(std::string_view name);
inline constexpr std::string_view adapter_names = "chat, json, xml, baml, two_step and compact";  ///< for messages

}  // namespace strop
