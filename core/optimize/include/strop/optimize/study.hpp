#pragma once
#include <memory>
#include <optional>
#include <string>
#include <strop/evaluate/evaluate.hpp>
#include <vector>

namespace strop {

/// What an optimizer works on, and what it must not change.
struct StudyData {
  DatasetPtr train;
  DatasetPtr val;   ///< decides between candidates
  DatasetPtr test;  ///< held out: seen by nothing but the report; may be empty
};

/// How a candidate came about.
struct Origin {
  std::string kind;              ///< "seed", "labeled", "bootstrap"
  std::optional<int> seed = {};  ///< of its sampling, where there is one
};

/// A program that is or was considered. Numbers are names: given in order and never again.
struct Candidate {
  std::size_t number = 0;
  std::string label;
  Origin origin;
  RunnerPtr runner;
  std::optional<double> percent = {};  ///< DSPy's score on the validation set, in percent with two decimals

  const Program& program() const { return runner->program(); }
};

/// What the parts of one run of an optimizer share: data, model, metric, and all that has been found out. It belongs to
/// the root strand: items of an `each` may read it and do not change it.
class Study {
 public:
  Study(StudyData data, LmOptions lm, std::shared_ptr<const Scoring> scoring, std::size_t limit)
      : data(std::move(data)), lm(std::move(lm)), scoring(std::move(scoring)), limit(limit) {}

  /// Gives a program a number and tells the world.
  Candidate add(Scope& here, std::string label, Origin origin, const Program& program);

  /// Scores the candidate on the validation set and offers it as the best; rows known for an equal program are not run
  /// again.
  Task<Candidate> validate(Candidate candidate);

  const StudyData data;
  const LmOptions lm;
  const std::shared_ptr<const Scoring> scoring;
  const std::size_t limit;  ///< rows open at a time
  std::size_t next_number() const { return count_; }

  ScoreMatrix matrix;
  std::vector<Candidate> candidates;  ///< those that have been scored, in order
  bool out_of_budget = false;         ///< the search ended early, by its purse

 private:
  std::size_t count_ = 0;
};

}  // namespace strop
