#include <bit>
#include <catch2/catch_all.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <strop/value/number.hpp>

using namespace strop;

namespace {
/// The C library is the reference; its locale is "C" here.
void check(const std::string& text) {
  INFO(text);
  const auto number = double_from_text(text);
  REQUIRE(number);
  CHECK(std::bit_cast<std::uint64_t>(*number) == std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)));
}

std::string written(double number, int digits) {
  char text[1200];
  std::snprintf(text, sizeof text, "%.*g", digits, number);
  return text;
}
}  // namespace

TEST_CASE("decimal text becomes the nearest double") {
  for (const char* text : {"0",
                           "-0.0",
                           "5.",
                           ".5",
                           "+5.e3",
                           "00012.500e-3",
                           "1e400",
                           "-1e400",
                           "1e-400",
                           "0e99999999999",
                           "1e99999999999",
                           "1e-99999999999",
                           "4.9e-324",
                           "2.4703282292062327e-324",
                           "2.4703282292062328e-324",
                           "2.2250738585072011e-308",
                           "2.2250738585072014e-308",
                           "1.7976931348623157e308",
                           "1.7976931348623158e308",
                           "1.7976931348623159e308",
                           "9007199254740993",
                           "9007199254740992.5",
                           "9007199254740993.0000000000000000000000000000000000001"})
    check(text);
}

TEST_CASE("it does so for doubles of all sizes and for what lies half way between two") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    check(written(number, 17));
    check(written(number, 1 + static_cast<int>(random() % 40)));
    check(written(std::ldexp(static_cast<double>(random() >> 11), -53), 17));
  }
  for (int i = 0; i < 2000; ++i) {
    // 54 bits: half way, which the 767 digits of some say exactly, and just beyond.
    const std::uint64_t half = (random() >> 10) | (std::uint64_t{1} << 53) | 1;
    const std::string whole = std::to_string(half) + (i % 2 == 0 ? "" : ".");
    check(whole);
    if (i % 2 != 0) check(whole + std::string(static_cast<std::size_t>(i), '0') + "1");
    const std::string tiny = written(std::bit_cast<double>(random() & 0x800F'FFFF'FFFF'FFFF), 1100);
    check(tiny);
  }
}
