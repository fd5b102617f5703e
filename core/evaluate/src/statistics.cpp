#include <algorithm>
#include <cmath>

#include <strop/engine/random.hpp>
#include <strop/evaluate/statistics.hpp>

namespace strop {
namespace {

constexpr std::size_t resamples = 2000;

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

Interval wilson(double successes, double n) {
  constexpr double z = 1.959963984540054;  // 97.5 % of the normal distribution
  const double p = successes / n, zz = z * z / n;
  const double middle = (p + zz / 2) / (1 + zz), half = z / (1 + zz) * std::sqrt(p * (1 - p) / n + zz / (4 * n));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

Interval bootstrap(const std::vector<double>& values, std::uint64_t seed) {
  Random random(seed, "bootstrap");
  std::vector<double> means(resamples);
  for (double& mean : means) {
    double sum = 0;
    for (std::size_t k = 0; k < values.size(); ++k) sum += values[random.below(values.size())];
    mean = sum / static_cast<double>(values.size());
  }
  std::sort(means.begin(), means.end());
  return {means[resamples * 25 / 1000], means[resamples * 975 / 1000 - 1]};
}

/// The chance of at most `few` heads among n throws, twice: the two-sided sign test. The sum of the binomial
/// coefficients is kept in range by taking its halvings, one a throw, as soon as they can be taken.
double sign_test(std::size_t few, std::size_t n) {
  double term = 1, sum = 1;
  std::size_t halvings = n;
  for (std::size_t k = 1; k <= few; ++k) {
    term = term * static_cast<double>(n - k + 1) / static_cast<double>(k);
    sum += term;
    for (; sum > 1e300; --halvings) term /= 2, sum /= 2;
  }
  for (; halvings > 0 && sum > 0; --halvings) sum /= 2;
  return std::min(1.0, 2 * sum);
}

/// What 100 · value, rounded to a double, lacks of the exact product (Dekker 1971).
double hundredfold_rest(double value) {
  const double split = value * 134217729, high = split - (split - value), low = value - high;
  return (high * 100 - value * 100) + low * 100;
}

}  // namespace

Interval score_interval(const std::vector<double>& scores, std::uint64_t seed) {
  if (scores.empty()) return {0, 1};
  if (std::all_of(scores.begin(), scores.end(), [](double score) { return score == 0 || score == 1; }))
    return wilson(sum_of(scores), static_cast<double>(scores.size()));
  return bootstrap(scores, seed);
}

Comparison compare_paired(const std::vector<double>& before, const std::vector<double>& after, std::uint64_t seed) {
  Comparison comparison;
  comparison.verdict = "not distinguishable";
  if (before.empty()) return comparison;
  std::vector<double> differences(before.size());
  std::size_t up = 0, down = 0;
  for (std::size_t k = 0; k < before.size(); ++k) {
    differences[k] = after[k] - before[k];
    up += differences[k] > 0, down += differences[k] < 0;
  }
  comparison.difference = sum_of(differences) / static_cast<double>(before.size());
  comparison.interval = bootstrap(differences, seed);
  comparison.p_value = sign_test(std::min(up, down), up + down);
  if (comparison.interval.low > 0 && comparison.p_value < 0.05) comparison.verdict = "improved";
  else if (comparison.interval.high < 0 && comparison.p_value < 0.05) comparison.verdict = "worse";
  else if (down == 0 && std::all_of(before.begin(), before.end(), [](double score) { return score >= 1; })) comparison.verdict = "no headroom";
  return comparison;
}

double dspy_percent(const std::vector<double>& scores) {
  if (scores.empty()) return 0;
  // Python's round(x, 2) rounds the exact binary value, a half to even.
  const double value = 100 * sum_of(scores) / static_cast<double>(scores.size());
  const double whole = std::floor(value * 100), rest = (value * 100 - whole) + hundredfold_rest(value);
  const bool up = rest > 0.5 || (rest == 0.5 && std::fmod(whole, 2) != 0);
  return (whole + (up ? 1 : 0)) / 100;
}

}  // namespace strop
