#include <catch2/catch_all.hpp>
#include <cstdint>
#include <limits>
#include <strop/text/format.hpp>

using namespace strop;

TEST_CASE("a pattern takes texts and whole numbers") {
  CHECK(format("plain", {}) == "plain");
  CHECK(format("{}", {""}) == "");
  CHECK(format("line {}, column {}: {}.", {3, std::size_t{14}, "too long"}) == "line 3, column 14: too long.");
  CHECK(format("{}{}", {std::string("{}"), std::string_view("b")}) == "{}b");
  CHECK(format("{}", {std::string_view()}) == "");
  CHECK(format("{}", {std::numeric_limits<std::int64_t>::min()}) == "-9223372036854775808");
}
