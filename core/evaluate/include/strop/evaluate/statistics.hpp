#pragma once
#include <cstdint>
#include <string>
#include <vector>

/// How sure a score is. Pure functions of the scores and a seed, the same on every platform: of libm only sqrt, floor
/// and frexp are used, which are exact. Scores are finite.
namespace strop {

struct Interval {
  double low = 0;
  double high = 0;
};

/// Wilson's 95 % interval of a share, `successes` of `n` > 0 (Wilson, JASA 22, 1927, equation of p. 209). It stays
/// inside [0, 1] and holds its level where few or nearly all succeed, where p ± 1.96·sd does not.
Interval wilson_interval(std::size_t successes, std::size_t n);

/// A 95 % interval of the mean of at least one value: the percentile bootstrap (Efron, Annals of Statistics 7, 1979),
/// the 2.5 % and 97.5 % quantiles of the means of 2,000 resamples drawn from `seed`. 2,000·n steps.
Interval bootstrap_interval(const std::vector<double>& values, std::uint64_t seed);

/// The chance that a fair coin thrown up + down times falls at least as unevenly: the exact two-sided sign test, which
/// for scores of 0 and 1 is McNemar's exact test (Psychometrika 12, 1947). 1 without throws. O(up + down).
double sign_test(std::size_t up, std::size_t down);

/// A 95 % interval of the mean of the scores: Wilson's where all of them are 0 or 1, else the bootstrap's. {0, 1}
/// without any score.
Interval score_interval(const std::vector<double>& scores, std::uint64_t seed = 0);

/// Two programs on the same rows.
struct Comparison {
  double difference = 0;  ///< mean of after − before
  Interval interval;      ///< 95 %, bootstrap over the rows' differences
  double p_value = 1;     ///< of the sign test over the rows that differ
  std::string verdict;    ///< "improved", "worse", "no headroom" or "not distinguishable"
};

/// Precondition: as many scores in both, row by row. "improved" and "worse" only where the interval does not hold 0 and
/// p < 0.05: the interval alone is too narrow for few rows. Else "no headroom" where every row had 1 or more before, so
/// that nothing could improve.
Comparison compare_paired(const std::vector<double>& before, const std::vector<double>& after, std::uint64_t seed = 0);

/// DSPy's score of an evaluation: round(100 * sum(scores) / n, 2) of CPython 3.11, in percent; 0 without any.
double dspy_percent(const std::vector<double>& scores);

}  // namespace strop
