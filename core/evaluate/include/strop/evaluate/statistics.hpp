#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace strop {

struct Interval {
  double low = 0;
  double high = 0;
};

/// A 95 % interval of the mean of the scores: Wilson's where all of them are 0 or 1 (Wilson, JASA 22, 1927), else the percentile
/// bootstrap (Efron 1979) with 2,000 resamples drawn from `seed`. {0, 1} without any score. Uses no function of libm but sqrt, so
/// it is the same on every platform. O(n), or 2,000·n.
Interval score_interval(const std::vector<double>& scores, std::uint64_t seed = 0);

/// Two programs on the same rows.
struct Comparison {
  double difference = 0;  ///< mean of after − before
  Interval interval;      ///< 95 %, percentile bootstrap over the rows' differences
  double p_value = 1;     ///< two-sided exact sign test over the rows that differ (McNemar's, where scores are 0 or 1)
  std::string verdict;    ///< "improved", "worse", "not distinguishable", or "no headroom": every row was right before
};

/// Precondition: as many scores in both. "improved" and "worse" only where the interval does not hold 0 and p < 0.05.
Comparison compare_paired(const std::vector<double>& before, const std::vector<double>& after, std::uint64_t seed = 0);

/// DSPy's score of an evaluation: round(100 * sum / n, 2), in percent; 0 without any.
double dspy_percent(const std::vector<double>& scores);

}  // namespace strop
