#include "strop/evaluate/metrics.hpp"

#include <catch2/catch_all.hpp>

using namespace strop;

// What is expected of normalize_text and DSPy's metrics are the results of DSPy 3.4.1.

TEST_CASE("normalize_text") {
  CHECK(normalize_text("The,  Eiffel\tTower!") == "eiffel tower");
  CHECK(normalize_text("") == "");
  CHECK(normalize_text(" ... the A an ") == "");
  CHECK(normalize_text("a-b The_end theatre an.") == "ab theend theatre");
  CHECK(normalize_text("U.S. army, 1,000") == "us army 1000");
  CHECK(normalize_text("Caf\u00e9") == "cafe\u0301");
  CHECK(normalize_text("\u00c0 la") == "\u0300 la");  // an article with an accent on it
  CHECK(normalize_text("x\u00e0 b\u00a0\u3000c") == "xa\u0300 b c");
  CHECK(normalize_text("\u039f\u0394\u039f\u03a3 \u03a3\u0391\u03a3, \u03a3") ==
        "\u03bf\u03b4\u03bf\u03c2 \u03c3\u03b1\u03c2 \u03c3");
  CHECK(normalize_text("\u0419\u041e\u0413\u0410 \u0130\u0141") == "\u0438\u0306\u043e\u0433\u0430 i\u0307\u0142");
  CHECK(normalize_text("\u201cquoted\u201d \u2013 dash") == "\u201cquoted\u201d \u2013 dash");
  CHECK(normalize_text("\ud55c the \u65e5\u672c") == "\u1112\u1161\u11ab \u65e5\u672c");
  CHECK(normalize_text("\xff the") == "\ufffd");
}

TEST_CASE("word metrics") {
  CHECK(f1_score("The city of Paris", "Paris") == 0.5);
  CHECK(f1_score("red red blue", "red blue blue") == 0.6666666666666666);
  CHECK(f1_score("New York City", "new-york city") == 0.4);
  CHECK(f1_score("", "") == 0);
  CHECK(f1_score("the", "a") == 0);
  CHECK(precision_score("eiffel tower in paris", "eiffel tower") == 0.5);
  CHECK(precision_score("", "x") == 0);
  CHECK(hotpot_f1_score("yes", "yes it is") == 0);
  CHECK(hotpot_f1_score("Yes!", "yes") == 1);
  CHECK(hotpot_f1_score("a b c", "c d") == 0.5);
  CHECK(em_score("The Paris", "paris."));
  CHECK_FALSE(em_score("Cafe", "Caf\u00e9"));
}

TEST_CASE("passage_match") {
  CHECK(passage_match({"The Eiffel Tower is in Paris.", "..."}, {"Eiffel tower"}));
  CHECK(passage_match({"the U.S. army"}, {"x", "U.S."}));
  CHECK_FALSE(passage_match({"Eiffel's Tower"}, {"Eiffel Tower"}));
  CHECK_FALSE(passage_match({"Caf\u00e9"}, {"\u00e9"}));
  CHECK(passage_match({"5\u20ac only"}, {"\u20ac"}));  // a symbol is a token
  CHECK(passage_match({"anything"}, {"the"}));         // an answer without a token is everywhere
  CHECK_FALSE(passage_match({}, {"x"}));
}

TEST_CASE("dspy_metric calls by name") {
  const auto result = [](std::string_view name, const char* arguments) {
    return *dspy_metric(name, Json::parse(arguments));
  };
  CHECK(result("EM", R"({"prediction": "yes", "answers": ["no", "yes"]})") == true);
  CHECK(result("F1", R"({"prediction": "Rome", "answers": ["Paris", "rome!"]})") == 1.0);
  CHECK(result("HotPotF1", R"({"prediction": "x", "answers": ["y"]})") == 0.0);
  CHECK(result("em_score", R"({"prediction": "x", "ground_truth": "X"})") == true);
  CHECK(result("f1_score", R"({"prediction": "to be or not to be", "ground_truth": "be to not or"})") == 0.8);
  CHECK(result("answer_exact_match", R"({"example": {"answer": ["Oslo", "Bergen"]}, "pred": {"answer": "Bergen!"}})") ==
        true);
  CHECK(result("answer_exact_match", R"({"example": {"answer": "New York"}, "pred": {"answer": "York"}})") == false);
  CHECK(result("answer_exact_match",
               R"({"example": {"answer": "New York"}, "pred": {"answer": "York"}, "frac": 0.6})") == true);
  CHECK(result("answer_passage_match", R"({"example": {"answer": "U.S."}, "pred": {"context": ["the U.S. army"]}})") ==
        true);
  for (const char* arguments : {"[]", "{}", R"({"prediction": "x"})", R"({"prediction": "x", "answers": []})",
                                R"({"prediction": 1, "answers": ["x"]})"}) {
    const auto refused = dspy_metric("EM", Json::parse(arguments));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "metric");
  }
  CHECK_FALSE(dspy_metric("rouge", Json::parse(R"({"prediction": "x", "ground_truth": "x"})")));
}

TEST_CASE("score: exact") {
  const auto exact = [](const char* expected, const char* predicted) {
    return *score({"exact", "f"}, {{"f", Json::parse(expected)}}, {{"f", Json::parse(predicted)}});
  };
  CHECK(exact(R"("Paris ")", R"("\nParis")") == 1);
  CHECK(exact(R"("Paris")", R"("paris")") == 0);
  CHECK(exact("1", "1.0") == 1);
  CHECK(exact("1", "true") == 1);
  CHECK(exact("null", "null") == 1);
  CHECK(exact("[1, {\"a\": 1, \"b\": [2.0]}]", "[1.0, {\"b\": [2], \"a\": 1}]") == 1);
  CHECK(exact("[1, 2]", "[2, 1]") == 0);
  CHECK(exact(R"({"a": 1})", R"({"a": 1, "b": 2})") == 0);
  CHECK(exact(R"({"a": 1, "c": 2})", R"({"a": 1, "b": 2})") == 0);
  // Rows out of a CSV file hold texts only.
  CHECK(exact(R"("5")", "5") == 1);
  CHECK(exact(R"("5.0")", "5") == 1);
  CHECK(exact(R"(" true")", "true") == 1);
  CHECK(exact(R"("True")", "true") == 1);
  CHECK(exact(R"("[\"a\", \"b\"]")", R"(["a", "b"])") == 1);
  CHECK(exact("5", R"("5")") == 1);
  CHECK(exact(R"("6")", "5") == 0);
  CHECK(exact(R"("five")", "5") == 0);
}

TEST_CASE("score: normalized and f1") {
  const Json example{{"one", "The Paris!"}, {"many", {"Rome", "New York"}}, {"number", 5}, {"none", Json::array()}};
  CHECK(*score({"normalized", "one"}, example, {{"one", "paris"}}) == 1);
  CHECK(*score({"normalized", "one"}, example, {{"one", "Rome"}}) == 0);
  CHECK(*score({"normalized", "many"}, example, {{"many", "new york."}}) == 1);
  CHECK(*score({"normalized", "many"}, example, {{"many", {"Rome", "New York"}}}) == 1);
  CHECK(*score({"normalized", "number"}, example, {{"number", "5."}}) == 1);
  CHECK(*score({"normalized", "none"}, example, {{"none", "x"}}) == 0);
  CHECK(*score({"f1", "many"}, example, {{"many", "York"}}) == Catch::Approx(2.0 / 3));
  CHECK(*score({"f1", "one"}, example, {{"one", "Paris, France"}}) == Catch::Approx(2.0 / 3));
}

TEST_CASE("score names the field that is missing") {
  const auto no_example = score({"exact", "answr"}, {{"answer", "x"}}, {{"answer", "x"}});
  REQUIRE_FALSE(no_example);
  CHECK(no_example.error().code == "metric");
  CHECK(no_example.error().message.find("\"answr\", which the example") != std::string::npos);
  const auto no_prediction = score({"f1", "answer"}, {{"answer", "x"}}, {{"reply", "x"}});
  REQUIRE_FALSE(no_prediction);
  CHECK(no_prediction.error().message.find("\"answer\", which the prediction") != std::string::npos);
  CHECK_FALSE(score({"exact", "x"}, nullptr, nullptr));
}

TEST_CASE("metric_from_json") {
  const auto metric = metric_from_json({{"name", "f1"}, {"field", "answer"}});
  REQUIRE(metric);
  CHECK((metric->name == "f1" && metric->field == "answer"));
  CHECK(metric_from_json({{"name", "bleu"}, {"field", "answer"}}).error().message.find("\"bleu\"") !=
        std::string::npos);
  for (const char* wrong : {"null", "\"exact\"", "{}", R"({"name": "exact"})", R"({"name": "exact", "field": ""})",
                            R"({"name": 1, "field": "x"})"})
    CHECK(metric_from_json(Json::parse(wrong)).error().code == "metric");
}
