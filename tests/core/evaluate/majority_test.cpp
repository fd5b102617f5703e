#include <catch2/catch_all.hpp>
#include <strop/evaluate/majority.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {

std::size_t chosen(const char* values, bool normalize) {
  return majority(parse_json(values).value(), normalize).value();
}

}  // namespace

TEST_CASE("the most frequent value wins, the earliest of several") {
  CHECK(chosen(R"(["a", "b", "b", "a"])", false) == 0);
  CHECK(chosen(R"(["x", "b", "b"])", false) == 1);
  CHECK(chosen(R"(["cat!", "dog", "The Cat"])", true) == 0);
  CHECK(chosen(R"(["dog", "The Cat", "cat!"])", true) == 1);
  CHECK(chosen(R"(["dog", "The Cat", "cat!"])", false) == 0);
}

TEST_CASE("nothing does not count where there is something") {
  CHECK(chosen(R"([null, null, "a"])", false) == 2);
  CHECK(chosen(R"(["the", "a", "x"])", true) == 2);
  CHECK(chosen(R"(["the", "a"])", true) == 0);
}

TEST_CASE("numbers are equal as in Python, other values as JSON") {
  CHECK(chosen("[2, 1, true, 1.0]", false) == 1);
  CHECK(chosen(R"([{"a": 1, "b": 2}, [1], {"b": 2, "a": 1}])", true) == 0);
  CHECK(chosen("[1, NaN, 2]", false) == 0);
  CHECK(chosen("[NaN, 1, 2]", false) == 2);
}

TEST_CASE("a majority of nothing is refused") {
  CHECK_FALSE(majority(Json::array(), true));
  CHECK_FALSE(majority(Json("x"), true));
}
