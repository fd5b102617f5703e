#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <strop/engine/each.hpp>
#include <strop/evaluate/metrics.hpp>
#include <strop/program/run.hpp>
#include <tuple>
#include <vector>

namespace strop {

/// Examples under a name that events and requests use: "train", "val", "test". Shared and constant.
struct Dataset {
  std::string name;
  std::vector<Json> rows;  ///< objects, field -> value; which are inputs says the program
};
using DatasetPtr = std::shared_ptr<const Dataset>;

/// How predictions are scored.
struct Scoring {
  std::optional<Metric> metric;  ///< none: effect "metric" asks the host's function
  std::string version;           ///< of the metric; a score counts only for its own version
  double failure_score = 0;      ///< of a run that failed or whose reply could not be read
  std::int64_t calls = 0;        ///< of a model, that the host's function makes for a row at most
};

/// What became of one row.
struct RowResult {
  std::optional<double> score;  ///< none: no answer was to be had, which is not a zero
  Json prediction = nullptr;
  std::string error;     ///< why there is no prediction, or no score
  std::string feedback;  ///< what the metric says of the prediction
  std::vector<TraceStep> trace;
};

struct Evaluation {
  std::vector<RowResult> rows;

  std::vector<double> scores() const;  ///< of the rows that have one
  std::size_t missing() const;         ///< rows without one
  double mean() const;                 ///< of scores(); 0 where there is none
};

/// What is known of programs' results, so that nothing is paid for twice: by program, dataset, row and metric version.
/// Read by items of an `each`, written by their awaiter.
class ScoreMatrix {
 public:
  const RowResult* find(std::uint64_t program, const std::string& dataset, std::size_t row,
                        const std::string& version) const;
  void keep(std::uint64_t program, const std::string& dataset, std::size_t row, const std::string& version,
            RowResult result);

 private:
  std::map<std::tuple<std::uint64_t, std::string, std::size_t, std::string>, RowResult> known_;
};

/// The inputs of an example: the fields that the program needs. Those that are missing are left out, as in DSPy.
Json inputs_of(const Program& program, const Json& example);

/// What running the program on an example and scoring it may take: the run's calls and the metric's.
Cost row_reserve(const Runner& runner, const Scoring& scoring, const Json& example);

/// Runs the program on an example and scores it. Throws Error{transient}, {exhausted} and {fatal} only; what the
/// program or the metric does wrong is in the result. `set` and `row` tell a host's metric which example it is. With
/// `for_demos` it is shown the run's trace too, as in DSPy, so that it can be stricter about what becomes a demo.
Task<RowResult> run_and_score(RunnerPtr runner, std::shared_ptr<const Scoring> scoring, DatasetPtr set, std::size_t row,
                              Json config, bool for_demos = false);

struct EvaluateOptions {
  std::size_t limit = 32;     ///< rows open at a time
  std::size_t candidate = 0;  ///< number in events
};

/// Scores the program on every row of the dataset, at the same time. Rows that the matrix knows are not run; the others
/// are added to it. Emits {"event": "row", …} for each row, in order, and {"event": "score", …} at the end. Throws
/// Error{exhausted} where the purse does not cover all rows, and Error{transient} where not one could be scored.
/// `matrix` outlives the task and belongs to the awaiter's strand.
Task<Evaluation> evaluate(RunnerPtr runner, DatasetPtr set, std::shared_ptr<const Scoring> scoring, ScoreMatrix& matrix,
                          EvaluateOptions options);

}  // namespace strop
