#pragma once
#include <cstdint>
#include <memory>
#include <strop/optimize/study.hpp>
#include <vector>

namespace strop {

/// DSPy's LabeledFewShot: every predictor gets up to k examples of the training set as demos, drawn by Random(0), one
/// stream for all predictors, or with `sample` off the first k. Whole examples: a predictor whose outputs they lack
/// shows them as incomplete or not at all, as its adapter says.
Program labeled_few_shot(const Program& student, const std::vector<Json>& trainset, std::size_t k = 16,
                         bool sample = true);

struct BootstrapOptions {
  std::size_t max_bootstrapped_demos = 4;
  std::size_t max_labeled_demos = 16;
  std::size_t max_rounds = 1;              ///< tries an example; from the second on at temperature 1.0
  std::optional<double> metric_threshold;  ///< what a score must reach; without it any score above 0 will do
};

/// DSPy's BootstrapFewShot: the teacher (the student itself, with labeled demos, if none is given) runs on examples of
/// the training set in the given order until `max_bootstrapped_demos` of its runs pass the metric. Each pass becomes a
/// demo of every predictor in it; examples that did not pass fill up to `max_labeled_demos`. Same demos as DSPy 3.4.1
/// for the same answers.
///
/// As many examples run at the same time as demos are still wanted, so no more calls are made than one after
/// another would make. Emits {"event": "bootstrap", "candidate", "row", "ok", "reason"?} for each example, in order.
/// Does not score the result. A reply that cannot be read is an example that did not pass.
///
/// `order`: rows of study.data.train. The study outlives the task and is only read.
Task<Program> bootstrap_few_shot(const Study& study, Program student, std::shared_ptr<const Program> teacher,
                                 std::vector<std::size_t> order, BootstrapOptions options, std::size_t candidate);

struct RandomSearchOptions {
  BootstrapOptions bootstrap;
  std::size_t candidates = 16;  ///< bootstrapped from shuffled training sets, besides the three fixed ones
  bool labeled_sample = true;
  std::optional<double> stop_at_score;  ///< in percent, as in DSPy
};

/// DSPy's BootstrapFewShotWithRandomSearch: the zero-shot program, labeled demos, demos bootstrapped from the training
/// set in order, then `candidates` more from training sets shuffled by Random(seed), each with randint(1, max)
/// bootstrapped demos. The highest percentage on the validation set wins; of equal ones the first. Same candidates and
/// choice as DSPy's.
///
/// Where the budget ends the search is over: what has been scored stands, and study.out_of_budget says so.
/// Throws Error{exhausted} only when not even the zero-shot program could be scored. The study belongs to the awaiter.
Task<Candidate> random_search(Study& study, Program student, std::shared_ptr<const Program> teacher,
                              RandomSearchOptions options);

}  // namespace strop
