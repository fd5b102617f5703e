#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <strop/program/modules.hpp>
#include <strop/signature/signature.hpp>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>
#include <vector>

namespace strop {

/// What an optimizer can change: a signature's instructions and its demos, under the name by which the
/// program's saved state knows it.
struct Predictor {
  std::string path;  ///< "qa", "qa.predict"; "self" for a program that is one Predict
  Signature signature;
  std::vector<Json> demos;  ///< objects, field -> value; `augmented: true` marks a bootstrapped one
  Json lm = nullptr;        ///< DSPy's saved LM settings, kept as they are
};

/// Where a value comes from: an output of an earlier step, or an input of the program.
struct Wire {
  static constexpr std::size_t program_input = static_cast<std::size_t>(-1);
  std::size_t step = program_input;
  std::string field;
};

/// A module of a declarative program.
struct Step {
  std::string name;
  ModuleKind kind = ModuleKind::predict;
  Signature signature = {};                               ///< what the module takes and gives
  std::size_t predictor = 0;                              ///< the index of its first one in Program::predictors()
  std::vector<std::pair<std::string, Wire>> inputs = {};  ///< each input field of its signature
};

/// A language-model program: a value, never changed. Editing one yields another.
///
/// It is declarative, a list of steps wired field to field that the core runs, or it is the state of a
/// program that the host runs (a JavaScript Module), of which only the predictors are known here.
class Program {
 public:
  /// One module: {"module": its kind, "signature": text or object, "instructions"?, "tools"?, "args"?} (see
  /// modules.hpp), or several, run in the order in which they stand:
  /// {"modules": {name: {"type": its kind, "signature", "instructions"?, "tools"?, "args"?}},
  ///  "wires"?: {"step.input": "step.output" or "input"}, "outputs"?: {name: "step.output"}}.
  /// An input without a wire is taken from the last earlier step with an output of that name, else from the
  /// program's inputs. Without "outputs" the program yields those of its last step.
  /// Or, for a program that the host runs, {"predictors": {path: signature}, "inputs": [field]}; instead of a signature
  /// also a module as above, with "predictor", its path within the module, where the module has several.
  /// A failure names the place, as in `wires["qa.query"]`.
  static Result<Program> from_json(const Json& json);
  Json to_json() const;  ///< what from_json reads; demos and edited instructions are state, not structure

  const std::vector<Predictor>& predictors() const { return shared_->predictors; }
  const std::vector<Step>& steps() const { return shared_->steps; }
  const std::vector<std::pair<std::string, Wire>>& outputs() const { return shared_->outputs; }
  const std::vector<std::string>& inputs() const { return shared_->inputs; }  ///< the fields that an example must have
  bool run_by_host() const { return shared_->steps.empty(); }
  /// Says which module keeps the program from being run by the core: code "unsupported". Nothing where all can.
  std::optional<Failure> unsupported() const;

  /// The same program with other predictor states; there must be as many.
  Program with(std::vector<Predictor> predictors) const;
  /// Without demos, as DSPy's reset_copy().
  Program reset() const;

  /// Of the predictors' instructions and demos, and so of what the program does: the same everywhere.
  std::uint64_t hash() const { return shared_->hash; }

 private:
  struct Shared {
    Json structure;
    std::vector<Predictor> predictors;
    std::vector<Step> steps;
    std::vector<std::pair<std::string, Wire>> outputs;
    std::vector<std::string> inputs;
    std::uint64_t hash = 0;
  };
  explicit Program(Shared shared);
  std::shared_ptr<const Shared> shared_;
};

}  // namespace strop
