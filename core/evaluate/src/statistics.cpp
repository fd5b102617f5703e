#include <algorithm>
#include <cmath>
#include <strop/engine/random.hpp>
#include <strop/evaluate/statistics.hpp>
#include <strop/text/sort.hpp>

// Products and sums are rounded one by one, as everywhere: fused, they differ in the last bit between machines.
#pragma STDC FP_CONTRACT OFF

namespace strop {
namespace {

constexpr std::size_t resamples = 2000;

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

double mean_of(const std::vector<double>& values) { return sum_of(values) / static_cast<double>(values.size()); }

/// Python's round(value, 2): the exact binary value is rounded, a half to even. Below 9e13.
double rounded_to_hundredths(double value) {
  int exponent = 0;
  const double fraction = std::frexp(std::fabs(value), &exponent);
  const int places = 53 - exponent;  // |value| = digits / 2^places
  if (places <= 0) return value;
  if (places > 62) return std::copysign(0.0, value);  // less than 0.001
  const std::uint64_t hundredfold = 100 * static_cast<std::uint64_t>(fraction * 0x1p53);
  const std::uint64_t rest = hundredfold & ((std::uint64_t{1} << places) - 1), half = std::uint64_t{1} << (places - 1);
  std::uint64_t hundredths = hundredfold >> places;
  if (rest > half || (rest == half && hundredths % 2 == 1)) ++hundredths;
  return std::copysign(static_cast<double>(hundredths) / 100, value);
}

}  // namespace

Interval wilson_interval(std::size_t successes, std::size_t n) {
  constexpr double z = 1.959963984540054;  // 97.5 % of the normal distribution
  const double count = static_cast<double>(n), p = static_cast<double>(successes) / count, zz = z * z / count;
  const double middle = (p + zz / 2) / (1 + zz),
               half = z / (1 + zz) * std::sqrt(p * (1 - p) / count + zz / (4 * count));
  return {successes == 0 ? 0 : middle - half, successes == n ? 1 : middle + half};
}

Interval bootstrap_interval(const std::vector<double>& values, std::uint64_t seed) {
  Random random(seed, "bootstrap");
  std::vector<double> means(resamples);
  for (double& mean : means) {
    double sum = 0;
    for (std::size_t k = 0; k < values.size(); ++k) sum += values[random.below(values.size())];
    mean = sum / static_cast<double>(values.size());
  }
  sort(means);
  return {means[resamples * 25 / 1000], means[resamples * 975 / 1000 - 1]};
}

double sign_test(std::size_t up, std::size_t down) {
  const std::size_t few = std::min(up, down), n = up + down;
  // 2 · (the sum of n over k, for k up to few) / 2^n. The division is done in steps whenever the sum grows large, and
  // once more at the end, so that nothing overflows.
  double term = 1, sum = 1;
  std::size_t halvings = n;
  for (std::size_t k = 1; k <= few; ++k) {
    term = term * static_cast<double>(n - k + 1) / static_cast<double>(k);
    sum += term;
    for (; sum > 0x1p900; --halvings) term /= 2, sum /= 2;
  }
  for (; halvings > 0 && sum > 0; --halvings) sum /= 2;
  return std::min(1.0, 2 * sum);
}

Interval score_interval(const std::vector<double>& scores, std::uint64_t seed) {
  if (scores.empty()) return {0, 1};
  const auto ones = static_cast<std::size_t>(std::count(scores.begin(), scores.end(), 1.0));
  const auto zeros = static_cast<std::size_t>(std::count(scores.begin(), scores.end(), 0.0));
  return ones + zeros == scores.size() ? wilson_interval(ones, ones + zeros) : bootstrap_interval(scores, seed);
}

Comparison compare_paired(const std::vector<double>& before, const std::vector<double>& after, std::uint64_t seed) {
  Comparison comparison;
  comparison.verdict = "not distinguishable";
  if (before.empty()) return comparison;
  std::vector<double> differences(before.size());
  std::size_t up = 0, down = 0;
  for (std::size_t k = 0; k < before.size(); ++k) {
    differences[k] = after[k] - before[k];
    up += differences[k] > 0;
    down += differences[k] < 0;
  }
  comparison.difference = mean_of(differences);
  comparison.interval = bootstrap_interval(differences, seed);
  comparison.p_value = sign_test(up, down);
  const bool differ = comparison.p_value < 0.05;
  if (differ && comparison.interval.low > 0)
    comparison.verdict = "improved";
  else if (differ && comparison.interval.high < 0)
    comparison.verdict = "worse";
  else if (std::all_of(before.begin(), before.end(), [](double score) { return score >= 1; }))
    comparison.verdict = "no headroom";
  return comparison;
}

double dspy_percent(const std::vector<double>& scores) {
  return scores.empty() ? 0 : rounded_to_hundredths(100 * sum_of(scores) / static_cast<double>(scores.size()));
}

}  // namespace strop
