#include "strop/optimize/python_random.hpp"

#include <catch2/catch_all.hpp>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

using namespace strop;

namespace {

using Indices = std::vector<std::size_t>;

std::vector<int> numbers(int n) {
  std::vector<int> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// What CPython 3.11.7 answers when asked in this order.
struct Recorded {
  std::int64_t seed;
  std::vector<std::uint64_t> bits;  // 32, 33, 64, 1, 0, 45 of them
  double random[2];
  std::int64_t small, any;
  int choice;
  std::vector<int> shuffled;
  Indices pool_5_of_21, set_5_of_22, pool_6_of_85, set_6_of_86, all_4;
  Indices choices;
  std::uint64_t last;  // 64 bits after 2000 more draws
};

const std::vector<Recorded> recorded{
    {0,
     {3626764237, 5949583294, 7758176404715800194u, 0, 0, 33970008383034},
     {0x1.05c5ccdf19707p-1, 0x1.9ea70df588b3cp-2},
     -1,
     -431710025170174585,
     4,
     {1, 5, 11, 7, 10, 0, 6, 9, 4, 2, 8, 3},
     {9, 3, 2, 10, 15},
     {17, 3, 11, 13, 10},
     {78, 81, 26, 70, 61, 56},
     {66, 33, 7, 70, 1, 11},
     {3, 2, 0, 1},
     {3, 2, 3, 3, 0, 3, 2, 3},
     13775214120672386041u},
    {-7,
     {1390851128, 4071050724, 12007621696699967246u, 0, 0, 28892556111667},
     {0x1.125f2046063a0p-1, 0x1.767727ca98cc2p-2},
     -5,
     137165131739192724,
     0,
     {8, 5, 2, 9, 7, 4, 0, 3, 11, 10, 6, 1},
     {7, 18, 1, 12, 19},
     {7, 1, 17, 4, 9},
     {53, 18, 69, 15, 73, 39},
     {71, 23, 13, 74, 73, 81},
     {1, 3, 0, 2},
     {3, 3, 3, 3, 3, 3, 3, 2},
     4087440555069090269u},
    {(std::int64_t{1} << 40) + 3,
     {943978446, 4556240432, 1745281645305492056, 1, 0, 10702978621813},
     {0x1.ce555eaca2a00p-1, 0x1.8c525c1b42591p-1},
     -2,
     -3142069530789030921,
     5,
     {8, 1, 3, 0, 2, 11, 6, 5, 7, 10, 4, 9},
     {3, 15, 2, 0, 11},
     {3, 8, 6, 21, 17},
     {31, 39, 54, 21, 38, 63},
     {2, 31, 9, 82, 68, 22},
     {0, 3, 2, 1},
     {3, 3, 3, 3, 3, 2, 3, 3},
     13829965478182877172u},
    {std::numeric_limits<std::int64_t>::min(),
     {2377109768, 5986720766, 4464007219575713352, 1, 0, 17668856738331},
     {0x1.5b28d2b6d4850p-4, 0x1.820fdc5552ab9p-1},
     3,
     8560554312741098068,
     1,
     {11, 4, 6, 3, 7, 9, 8, 2, 5, 1, 10, 0},
     {13, 3, 11, 8, 1},
     {8, 17, 7, 9, 4},
     {81, 75, 48, 50, 47, 24},
     {21, 16, 35, 82, 50, 31},
     {1, 3, 2, 0},
     {2, 3, 3, 3, 3, 2, 3, 3},
     16545404353660547450u},
};

}  // namespace

TEST_CASE("PythonRandom draws what CPython draws") {
  const Recorded& want = GENERATE(from_range(recorded));
  CAPTURE(want.seed);
  PythonRandom random(want.seed);

  std::vector<std::uint64_t> bits;
  for (const unsigned k : {32u, 33u, 64u, 1u, 0u, 45u}) bits.push_back(random.getrandbits(k));
  CHECK(bits == want.bits);
  for (const double value : want.random) CHECK(random.random() == value);
  CHECK(random.randint(-5, 5) == want.small);
  CHECK(random.randint(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()) == want.any);
  CHECK(random.choice(numbers(6)) == want.choice);
  std::vector<int> items = numbers(12);
  random.shuffle(items);
  CHECK(items == want.shuffled);
  // On both sides of where Python goes from the pool to the set.
  CHECK(random.sample(21, 5) == want.pool_5_of_21);
  CHECK(random.sample(22, 5) == want.set_5_of_22);
  CHECK(random.sample(85, 6) == want.pool_6_of_85);
  CHECK(random.sample(86, 6) == want.set_6_of_86);
  CHECK(random.sample(4, 4) == want.all_4);
  CHECK(random.choices(std::vector{.1, .0, .3, .6}, 8) == want.choices);
  for (int i = 0; i < 2000; ++i) random.random();
  CHECK(random.getrandbits(64) == want.last);
}

TEST_CASE("PythonRandom samples items as it samples their places") {
  const std::vector<std::string> words{"a", "b", "c", "d", "e"};
  PythonRandom one(3), other(3);
  std::vector<std::string> by_place;
  for (const std::size_t i : one.sample(5, 3)) by_place.push_back(words[i]);
  CHECK(other.sample(words, 3) == by_place);
  CHECK(other.sample(words, 0).empty());
}

TEST_CASE("PythonRandom refuses what Python refuses") {
  PythonRandom random(0);
  CHECK_THROWS_AS(random.below(0), std::invalid_argument);
  CHECK_THROWS_AS(random.choice(std::vector<int>{}), std::invalid_argument);
  CHECK_THROWS_AS(random.randint(1, 0), std::invalid_argument);
  CHECK_THROWS_AS(random.sample(2, 3), std::invalid_argument);
  CHECK_THROWS_AS(random.choices({}), std::invalid_argument);
  CHECK_THROWS_AS(random.choices(std::vector{0.0, 0.0}), std::invalid_argument);
  CHECK_THROWS_AS(random.choices(std::vector{1.0, std::numeric_limits<double>::infinity()}), std::invalid_argument);
}

/// A larger file of recorded draws, when there is one.
TEST_CASE("PythonRandom agrees with the vectors in $STROP_RNG_VECTORS") {
  const char* path = std::getenv("STROP_RNG_VECTORS");
  if (!path) SKIP("STROP_RNG_VECTORS is not set");
  std::ifstream file(path);
  REQUIRE(file);
  const auto all = nlohmann::json::parse(file);
  const std::string prefix = "python_random_seed_";
  int seeds = 0;
  for (const auto& [name, want] : all.items()) {
    if (!name.starts_with(prefix)) continue;
    CAPTURE(name);
    PythonRandom random(std::stoll(name.substr(prefix.size())));
    const auto times = [](int n, auto draw) {
      auto drawn = nlohmann::json::array();
      while (n-- > 0) drawn.push_back(draw());
      return drawn;
    };
    CHECK(times(5, [&] { return random.random(); }) == want["random5"]);
    for (std::size_t i = 0; i < 3; ++i)
      CHECK(random.getrandbits(std::array{32u, 7u, 1u}[i]) == want["getrandbits_32_7_1"][i].get<std::uint64_t>());
    CHECK(times(3, [&] { return random.randint(0, 1'000'000'000); }) == want["randint_0_1e9"]);
    CHECK(times(8, [&] { return random.choice(numbers(6)); }) == want["choice_of_6"]);
    std::vector<int> items = numbers(10);
    random.shuffle(items);
    CHECK(nlohmann::json(items) == want["shuffle10"]);
    CHECK(nlohmann::json(random.sample(30, 10)) == want["sample_10_of_30"]);
    CHECK(nlohmann::json(random.sample(300, 35)) == want["sample_35_of_300"]);
    CHECK(nlohmann::json(random.sample(100, 3)) == want["sample_3_of_100"]);
    CHECK(nlohmann::json(random.choices(std::vector{.1, .2, .3, .4}, 10)) == want["choices_w"]);
    ++seeds;
  }
  CHECK(seeds > 0);
}
