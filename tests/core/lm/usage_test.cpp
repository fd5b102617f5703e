#include <catch2/catch_all.hpp>
#include <strop/lm/usage.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {

std::string total(const char* usage) {
  const auto found = total_usage(*parse_json(usage));
  return found ? dump_json(*found, JsonStyle::compact) : found.error().message;
}

}  // namespace

TEST_CASE("counts are added, in objects too, and other values stay the first") {
  CHECK(
      total(
          R"({"m": [{"a": 1, "d": {"x": 1}, "free": true}, {"d": {"x": 2, "y": 0.5}, "a": 2, "free": false, "t": "x"}],
                  "n": []})") == R"({"m":{"a":3,"d":{"x":3,"y":0.5},"free":true,"t":"x"},"n":{}})");
  CHECK(total(R"({"m": [{"a": null}, {"a": 1, "b": null}, {"a": 0.5}]})") == R"({"m":{"a":1.5}})");
  CHECK(total(R"({"m": [{"d": {}}, {"d": 0}]})") == R"({"m":{"d":{}}})");
}

TEST_CASE("names that are added do not hide those there were") {
  std::string usage = R"({"m": [{"k": 1}, {)";
  for (int i = 0; i < 40; ++i) usage += "\"new" + std::to_string(i) + "\": 1, ";
  const auto found = total_usage(*parse_json(usage + R"("k": 2}]})"));
  REQUIRE(found);
  CHECK((*found)["m"]["k"] == 3);
  CHECK((*found)["m"].size() == 41);
}

TEST_CASE("usage that is none is refused") {
  CHECK(total("[]") == "usage must be an object: {model: [usage of a call, …]}");
  CHECK(total(R"({"m": 1})") == "the usage of m must be a list");
  CHECK(total(R"({"m": [1]})") == "a call's usage of m must be an object");
  CHECK(total(R"({"m": [{"a": 1}, {"a": {"x": 1}}]})") == "the usage of m: an object is added to what is none");
  CHECK(total(R"({"m": [{"a": 9223372036854775807}, {"a": 1}]})") ==
        "the usage of m: counts beyond 64 bits cannot be added");
}
