#include "strop/evaluate/statistics.hpp"

#include <algorithm>
#include <catch2/catch_all.hpp>
#include <cmath>
#include <strop/engine/random.hpp>

using namespace strop;
using Catch::Approx;

namespace {

std::vector<double> ones_and_zeros(std::size_t ones, std::size_t n) {
  std::vector<double> scores(n, 0.0);
  std::fill_n(scores.begin(), ones, 1.0);
  return scores;
}

}  // namespace

TEST_CASE("wilson_interval") {
  const auto check = [](std::size_t successes, std::size_t n, double low, double high) {
    CAPTURE(successes, n);
    CHECK(wilson_interval(successes, n).low == Approx(low).epsilon(1e-14));
    CHECK(wilson_interval(successes, n).high == Approx(high).epsilon(1e-14));
  };
  check(8, 10, 0.4901624715366418, 0.9433178485456248);
  check(37, 60, 0.49017595824099924, 0.7291172762591798);
  check(500, 1000, 0.4690696003681042, 0.5309303996318958);
  check(1, 1, 0.20654931437723745, 1);
  check(0, 60, 0, 0.06017185214208986);
  CHECK(wilson_interval(0, 60).low == 0);  // exactly
  CHECK(wilson_interval(60, 60).high == 1);
}

TEST_CASE("sign_test is exact") {
  CHECK(sign_test(0, 0) == 1);
  CHECK(sign_test(5, 0) == 0.0625);
  CHECK(sign_test(0, 6) == 0.03125);
  CHECK(sign_test(9, 1) == 0.021484375);
  CHECK(sign_test(1, 9) == 0.021484375);
  CHECK(sign_test(5, 5) == 1);
  CHECK(sign_test(900, 1100) == Approx(8.457089535503927e-06).epsilon(1e-12));
  CHECK(sign_test(5300, 5000) == Approx(0.003215819673645239).epsilon(1e-11));
  CHECK(sign_test(100'000, 0) == 0);
}

TEST_CASE("bootstrap_interval") {
  // The same bits everywhere: means of a few values are sums of exact numbers.
  const std::vector<double> values{0, 0.25, 0.5, 1, 0.75, 0.5, 0.25, 1};
  const Interval interval = bootstrap_interval(values, 7);
  CHECK(interval.low == 0.3125);
  CHECK(interval.high == 0.75);
  CHECK(bootstrap_interval(values, 7).low == interval.low);

  CHECK(bootstrap_interval({0.3}, 1).low == Approx(0.3));
  CHECK(bootstrap_interval({0.3}, 1).high == Approx(0.3));

  // Close to mean ± 1.96·sd/√n for many values, for any seed.
  Random random(1, "scores");
  std::vector<double> many(2000);
  for (double& value : many) value = random.unit();
  double mean = 0, square = 0;
  for (const double value : many) mean += value / 2000, square += value * value / 2000;
  const double half = 1.96 * std::sqrt((square - mean * mean) / 2000);
  for (const std::uint64_t seed : {0, 1, 2}) {
    const Interval wide = bootstrap_interval(many, seed);
    CHECK(wide.low == Approx(mean - half).margin(half / 8));
    CHECK(wide.high == Approx(mean + half).margin(half / 8));
  }
}

TEST_CASE("score_interval takes the interval that fits the scores") {
  CHECK(score_interval({}).low == 0);
  CHECK(score_interval({}).high == 1);
  CHECK(score_interval(ones_and_zeros(8, 10)).low == wilson_interval(8, 10).low);
  std::vector<double> graded = ones_and_zeros(8, 10);
  graded[0] = 0.5;
  CHECK(score_interval(graded, 3).low == bootstrap_interval(graded, 3).low);
}

TEST_CASE("compare_paired") {
  const auto verdict = [](const std::vector<double>& before, const std::vector<double>& after) {
    return compare_paired(before, after).verdict;
  };
  const Comparison better = compare_paired(ones_and_zeros(5, 60), ones_and_zeros(35, 60));
  CHECK(better.verdict == "improved");
  CHECK(better.difference == 0.5);
  CHECK(better.interval.low > 0.3);
  CHECK(better.interval.high < 0.7);
  CHECK(better.p_value == 0x1p-29);
  CHECK(verdict(ones_and_zeros(35, 60), ones_and_zeros(5, 60)) == "worse");
  CHECK(verdict(ones_and_zeros(30, 60), ones_and_zeros(32, 60)) == "not distinguishable");
  CHECK(verdict(ones_and_zeros(30, 60), ones_and_zeros(30, 60)) == "not distinguishable");
  // All of three rows better is still chance: p = 1/4, though every resample is above 0.
  CHECK(compare_paired({0, 0, 0}, {1, 1, 1}).interval.low == 1);
  CHECK(verdict({0, 0, 0}, {1, 1, 1}) == "not distinguishable");
  CHECK(verdict(ones_and_zeros(60, 60), ones_and_zeros(60, 60)) == "no headroom");
  CHECK(verdict(ones_and_zeros(60, 60), ones_and_zeros(58, 60)) == "no headroom");
  CHECK(verdict(ones_and_zeros(60, 60), ones_and_zeros(30, 60)) == "worse");
  CHECK(verdict({}, {}) == "not distinguishable");

  // It is the rows that are compared: the same means, other rows.
  std::vector<double> graded(40), higher(40);
  for (std::size_t k = 0; k < graded.size(); ++k) {
    graded[k] = static_cast<double>(k % 10) / 10;
    higher[k] = graded[k] + 0.01;
  }
  CHECK(verdict(graded, higher) == "improved");
  std::reverse(higher.begin(), higher.end());
  CHECK(verdict(graded, higher) == "not distinguishable");
}

TEST_CASE("dspy_percent is Python's round(100 * sum / n, 2)") {
  CHECK(dspy_percent({}) == 0);
  CHECK(dspy_percent({1, 0}) == 50);
  CHECK(dspy_percent({1, 1, 0}) == 66.67);
  CHECK(dspy_percent(std::vector<double>(10, 0.1)) == 10);
  CHECK(dspy_percent({0.12345}) == 12.35);  // 12.345 is a little more than a half as a double,
  CHECK(dspy_percent({0.02675}) == 2.67);   // 2.675 a little less
  CHECK(dspy_percent({0.00125}) == 0.12);   // 0.125 is exactly a half: to even
  CHECK(dspy_percent({0.00375}) == 0.38);
  CHECK(dspy_percent({0.00005}) == 0.01);
  CHECK(dspy_percent({0.00001, 0}) == 0);
  CHECK(dspy_percent({-0.5, 0.2}) == -15);
  CHECK(dspy_percent({0.39, 0.67, 0.16, 0.3, 0.8236, 0.47275, 0.71413, 0.39496, 0.964}) == 54.33);
  CHECK(dspy_percent({0.633, 0.28, 0.482, 0.09}) == 37.12);
  CHECK(dspy_percent({0x1p60}) == 0x1p60 * 100);
}
