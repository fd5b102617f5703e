#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <strop/adapter/adapter.hpp>
#include <strop/engine/session.hpp>
#include <strop/program/program.hpp>
#include <strop/text/result.hpp>

/// What hosts in other languages can ask of the core: text in, text out, mostly JSON. tables.hpp lists it,
/// embind_predict.cpp and embind_full.cpp offer it to JavaScript, native.cpp to a process on the other end of a pipe,
/// so that all are tested by the same cases. Called through the tables nothing throws; a failure crosses as
/// {"code", "message"}.
namespace strop::surface {

using Reply = Result<std::string>;

/// Which adapters there are: basic_adapter_named where only these are to be linked, else adapter_named.
using FindAdapter = const Adapter* (*)(std::string_view name);

Reply signature(
    std::string_view input);  ///< {"text" | "fields", "instructions"?} -> {"text", "instructions", "fields": […]}
Reply infer_prefix(std::string_view input);    ///< name -> {"prefix"}
Reply translate(std::string_view input);       ///< {"name", "type", "dir": "input" | "output"} -> {"placeholder"}
Reply format_value(std::string_view input);    ///< {"value", "plain": the field's type is exactly str} -> {"text"}
Reply parse_value(std::string_view input);     ///< {"value", "type", "compat"?: "dspy"} -> {"value"}
Reply repair_json(std::string_view input);     ///< what a model wrote -> JSON
Reply normalize_text(std::string_view input);  ///< text -> {"text"}
Reply text_metric(std::string_view input);     ///< {"fn": DSPy's name, "args": by name} -> {"result"}
Reply metric(std::string_view input);          ///< {"metric": {"name", "field"}, "example", "prediction"} -> {"score"}
Reply request_key(std::string_view input);     ///< {"request", "ignored"?} -> {"key"}
Reply practice_reply(std::string_view input);  ///< request -> {"text", "usage"}
Reply estimate(std::string_view input);  ///< {"optimizer", "train", "val", "test", "predictors"} -> {"runs", "calls"}
Reply compare_scores(std::string_view input);  ///< {"before", "after"} -> {"before", "after": {"score", "interval"},
                                               ///< "difference", "verdict"}

/// A predictor made ready: {"module"?: "Predict" | "ChainOfThought", "signature": text or object, "adapter"?,
/// "compat"?: "dspy": replies are read exactly as there, "state"?: as saved, "instructions"?, "demos"?: instead of the
/// state's}.
class PredictorHandle {
 public:
  static Result<PredictorHandle> make(std::string_view spec, FindAdapter find);

  Reply describe() const;  ///< the signature, as surface::signature gives it
  Reply prefix() const;    ///< {"messages", "completion", "stop"}: all that does not depend on the inputs
  Reply render(std::string_view inputs)
      const;  ///< the messages to add, a JSON list; with "completion" their text continues the prefix's
  Reply parse(std::string_view reply) const;  ///< what the model wrote -> the outputs
  Reply state() const;                        ///< DSPy's state of this predictor
  Reply response_format() const;              ///< what OpenAI's chat API calls so, for models that take a JSON Schema

 private:
  PredictorHandle(Predictor predictor, const Adapter& adapter, Reading reading)
      : predictor_(std::move(predictor)), adapter_(&adapter), reading_(reading) {}
  Predictor predictor_;
  const Adapter* adapter_;
  Reading reading_;
};

/// A program: {"program": structure, "state"?: saved state} or {"state"} where that holds its structure.
class ProgramHandle {
 public:
  static Result<ProgramHandle> make(std::string_view spec);

  /// {"program", "inputs", "outputs": {name: wire}, "steps": [{"predictor": its path, "inputs": {field: wire}}],
  /// "predictors": [{"path", "signature", "demos", "lm"}]}; a wire is [step's index or null for an input of the
  /// program, field]
  Reply describe() const;
  Reply state(
      std::string_view options) const;  ///< {"format"?: "strop" | "dspy", "versions"?} -> the saved state's bytes

 private:
  explicit ProgramHandle(Program program) : program_(std::move(program)) {}
  Program program_;
};

/// A run: line 1 {"task": "optimize" | "evaluate", "seed"?, "budget"?, …} (see optimize/compile.hpp), further lines the
/// journal of an earlier run. Then Session's step and result.
class SessionHandle {
 public:
  static Result<SessionHandle> make(std::string_view spec);

  Reply step(std::string_view lines);
  Reply result() const;

 private:
  explicit SessionHandle(std::unique_ptr<Session> session) : session_(std::move(session)) {}
  std::unique_ptr<Session> session_;
};

/// {"code", "message"}.
std::string failure_json(const Failure& failure);

}  // namespace strop::surface
