#pragma once
#include <memory>
#include <string>
#include <strop/engine/cost.hpp>
#include <strop/optimize/few_shot.hpp>
#include <variant>

namespace strop {

struct LabeledOptions {
  std::size_t k = 16;
  bool sample = true;
};

/// An optimizer and its options.
struct OptimizerSpec {
  std::string name;  ///< DSPy's: "LabeledFewShot", "BootstrapFewShot", "BootstrapFewShotWithRandomSearch"
  std::variant<LabeledOptions, BootstrapOptions, RandomSearchOptions> options;
};

/// {"name", its options in camelCase}; those that are missing are DSPy's defaults. A failure names the member.
Result<OptimizerSpec> optimizer_spec(const Json& json);

/// One run of an optimizer, as asked for.
struct CompileSpec {
  OptimizerSpec optimizer;
  Program student;
  std::shared_ptr<const Program> teacher;  ///< null: the student
  StudyData data;
  LmOptions lm;
  std::shared_ptr<const Scoring> scoring;
  std::size_t limit = 32;
};

/// {"optimizer": as for optimizer_spec, "program", "state"?, "teacher"?: state, "adapter",
/// "compat"?: "dspy", "lm"?: {"config", "responseFormat"?: "json_schema" or "json_object", what the model can be held
/// to by the JSON adapter, "maxTokens", "nanousdIn", "nanousdOut"}, "metric": {"name", "field"} or {"version"} of the
/// host's function, "train", "val"?, "test"?: rows, "limit"?}. Without "val" the training set decides, as in DSPy. A
/// failure names the member or the row.
Result<CompileSpec> compile_spec(const Json& json);

/// Optimizes, then scores the seed and the result on the test set and compares them row by row. Yields
/// {"program": the saved state (text), "report": {"optimizer", "seed", "optimized": {"score", "n", "missing",
/// "interval"}, "difference": {"mean", "interval", "p"}, "verdict", "validation": …, "candidates": […],
/// "outOfBudget"}}; without a test set, or where the budget does not reach, "seed" and "optimized" are null and
/// "heldOut" says why. The held-out runs are set aside from the budget before the search begins. The report is an event
/// too.
Task<Json> compile(CompileSpec spec);

/// The rows of an evaluation and what to do with them, from {"program", "state"?, "adapter", "compat"?, "lm"?,
/// "metric", "rows", "limit"?}.
struct EvaluateSpec {
  Program program;
  DatasetPtr set;
  LmOptions lm;
  std::shared_ptr<const Scoring> scoring;
  std::size_t limit = 32;
};
Result<EvaluateSpec> evaluate_spec(const Json& json);

/// Yields {"score", "n", "missing", "interval", "rows": [{"score", "prediction", "error"?, "feedback"?}]}.
Task<Json> evaluation(EvaluateSpec spec);

/// How many rows there are of each kind.
struct RowCounts {
  std::size_t train = 0, val = 0, test = 0;
};

/// How many program runs and model calls a run makes at least and at most, held-out rows included, if the program makes
/// one call a predictor: {"runs": {"min", "max"}, "calls": {"min", "max"}}. Formulas: LabeledFewShot V + V;
/// BootstrapFewShot V + [b, T·r] + V; random search (N + 3)·V + Σ over N + 1 bootstraps of [1…b, T·r]; the test set
/// twice. V, T rows; b bootstrapped demos; r rounds.
Json estimate(const OptimizerSpec& optimizer, RowCounts rows, std::size_t predictors);

}  // namespace strop
