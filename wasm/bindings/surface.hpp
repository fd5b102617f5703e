#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <strop/adapter/adapter.hpp>
#include <strop/adapter/stream_listener.hpp>
#include <strop/program/program.hpp>
#include <strop/text/result.hpp>
#include <vector>

namespace strop {
class Session;
}

/// What hosts in other languages can ask of the core: text in, text out, mostly JSON. tables.hpp lists it,
/// embind_predict.cpp and embind_full.cpp offer it to JavaScript, native.cpp to a process on the other end of a pipe,
/// so that all are tested by the same cases. Called through the tables nothing throws; a failure crosses as
/// {"code", "message"}.
namespace strop::surface {

using Reply = Result<std::string>;

Reply signature(
    std::string_view input);  ///< {"text" | "fields", "instructions"?} -> {"text", "instructions", "fields": […]}
/// {"signature": text or object, "edits": [{"edit": "withInstructions" | "appendInstructions", "instructions"} |
/// {"edit": "withUpdatedFields", "name", "field": what changes} | {"edit": "insert", "index", "field"} | {"edit":
/// "delete", "name"}]} -> as signature(). Fields are as in a signature's object.
Reply edit_signature(std::string_view input);
Reply infer_prefix(std::string_view input);  ///< name -> {"prefix"}
/// {"name", "type", "types"?: {class: definition}, "dir": "input" | "output"} -> {"placeholder"}; "schema" for "type"
Reply translate(std::string_view input);
Reply format_value(std::string_view input);  ///< {"value", "plain": the field's type is exactly str} -> {"text"}
/// {"value", "type", "types"?, "compat"?: "dspy"}, or "schema" for "type" -> {"value"}
Reply parse_value(std::string_view input);
Reply repair_json(std::string_view input);      ///< what a model wrote -> JSON
Reply normalize_text(std::string_view input);   ///< text -> {"text"}
Reply text_metric(std::string_view input);      ///< {"fn": DSPy's name, "args": by name} -> {"result"}
Reply metric(std::string_view input);           ///< {"metric": {"name", "field"}, "example", "prediction"} -> {"score"}
Reply majority(std::string_view input);         ///< {"values", "normalize"} -> {"index"}
Reply tool_calls(std::string_view input);       ///< what a model gave -> {"calls": [{"id", "name", "args"}]}
Reply check_arguments(std::string_view input);  ///< {"arguments", "schemas", "others"} -> {"arguments"}
Reply request_key(std::string_view input);      ///< {"request", "ignored"?} -> {"key"}
/// call of a chat -> {"request": in lm15's form, "chat": body or null, "refused"?: why there is none, "responses":
/// body}
Reply chat_wire(std::string_view input);
Reply responses_call(std::string_view input);  ///< call of a chat -> call of OpenAI's Responses
Reply total_usage(std::string_view input);     ///< {model: [usage, …]} -> {model: usage}
Reply practice_reply(std::string_view input);  ///< request -> {"text", "usage"}
Reply estimate(std::string_view input);  ///< {"optimizer", "train", "val", "test", "predictors"} -> {"runs", "calls"}
Reply compare_scores(std::string_view input);  ///< {"before", "after"} -> {"before", "after": {"score", "interval"},
                                               ///< "difference", "verdict"}

/// A predictor made ready: {"module"?, "signature": text or object, "tools"?, "args"?, "predictor"?: its path within a
/// module that has several, "adapter"?, "state"?: its own, as it was loaded (so it is not checked), "instructions"?,
/// "demos"?: instead of the state's, "nativeTools"?: whether the model calls tools by its own means, "compat"?: "dspy":
/// replies are read, and marked texts shown, exactly as there, "extraction"?: true for the second call of the two_step
/// adapter, see extraction_signature}.
class PredictorHandle {
 public:
  static Result<PredictorHandle> make(std::string_view spec);

  Reply describe() const;  ///< the signature, as surface::signature gives it
  Reply prefix() const;    ///< {"messages", "completion", "stop"}: all that does not depend on the inputs
  Reply render(std::string_view inputs)
      const;  ///< the messages to add, a JSON list; with "completion" their text continues the prefix's
  Reply parse(std::string_view reply) const;  ///< what the model wrote -> the outputs
  Reply state() const;                        ///< DSPy's state of this predictor
  Reply response_format() const;              ///< what OpenAI's chat API calls so, for models that take a JSON Schema

  const Signature& signature() const { return predictor_.signature; }
  const Adapter& adapter() const { return *adapter_; }
  Reading reading() const { return reading_; }

 private:
  PredictorHandle(Predictor predictor, const Adapter& adapter, CallOptions options, Reading reading)
      : predictor_(std::move(predictor)), adapter_(&adapter), options_(options), reading_(reading) {}
  void expand(std::vector<Message>& messages) const;

  Predictor predictor_;
  const Adapter* adapter_;
  CallOptions options_;
  Reading reading_;
};

/// A reply of a predictor that comes in pieces: made from what a PredictorHandle is made from, and "eager"?: see
/// StreamMode. What it gives is a JSON list of {"field", "delta"} and {"field", "value"}.
class ReplyStreamHandle {
 public:
  static Result<ReplyStreamHandle> make(std::string_view spec);

  Reply push(std::string_view text);  ///< more of the reply
  Reply finish();

 private:
  explicit ReplyStreamHandle(std::vector<std::string> names, std::unique_ptr<ReplyStream> stream)
      : names_(std::move(names)), stream_(std::move(stream)) {}
  Reply reply(std::vector<FieldEvent> events) const;

  std::vector<std::string> names_;  // of the outputs
  std::unique_ptr<ReplyStream> stream_;
};

/// A program: {"program": structure, "state"?: saved state} or {"state"} where that holds its structure; and "load"?:
/// {"byPosition"?, "unsafeLm"?}, see LoadRules.
class ProgramHandle {
 public:
  static Result<ProgramHandle> make(std::string_view spec);

  /// {"program", "inputs", "outputs": {name: wire}, "steps": [{"predictor": its path, "inputs": {field: wire}}],
  /// "predictors": [{"path", "signature", "demos", "lm"}]}; a wire is [step's index or null for an input of the
  /// program, field]; "unsupported" says why the program cannot be run, or is null
  Reply describe() const;
  Reply state(
      std::string_view options) const;  ///< {"format"?: "strop" | "dspy", "versions"?} -> the saved state's bytes
  Reply warnings() const;               ///< what was left out of the state that was given: a list of texts

 private:
  ProgramHandle(Program program, std::vector<std::string> warnings)
      : program_(std::move(program)), warnings_(std::move(warnings)) {}
  Program program_;
  std::vector<std::string> warnings_;
};

/// DSPy's listener: {"adapter", "field", "allowReuse"?, "reasoning"?: whether the field is a Reasoning}.
class StreamListenerHandle {
 public:
  static Result<StreamListenerHandle> make(std::string_view spec);

  Reply push(std::string_view chunk);  ///< {"content"?, "reasoning"?} -> {"chunk", "last"} or null
  Reply finish();                      ///< {"chunk", "last"} or null

 private:
  explicit StreamListenerHandle(StreamListener listener) : listener_(std::move(listener)) {}
  StreamListener listener_;
};

/// A run: line 1 {"task": "optimize" | "evaluate", "seed"?, "budget"?, …} (see optimize/compile.hpp), further lines the
/// journal of an earlier run. Then Session's step and result.
class SessionHandle {
 public:
  static Result<SessionHandle> make(std::string_view spec);
  SessionHandle(SessionHandle&&) noexcept;
  ~SessionHandle();

  Reply step(std::string_view lines);
  Reply result() const;

 private:
  explicit SessionHandle(std::unique_ptr<Session> session);
  std::unique_ptr<Session> session_;
};

/// {"code", "message"}.
std::string failure_json(const Failure& failure);

}  // namespace strop::surface
