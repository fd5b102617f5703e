#include <catch2/catch_all.hpp>
#include <strop/program/program.hpp>
#include <strop/program/state.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {

Json json(const char* text) { return parse_json(text).value(); }

std::string refused(const char* text) {
  const auto program = Program::from_json(json(text));
  return program ? "accepted" : program.error().message;
}

const char* const two = R"({"modules": {
  "gen": {"type": "Predict", "signature": "question -> query"},
  "qa": {"type": "ChainOfThought", "signature": "question, passage, query -> answer"}},
  "wires": {"qa.passage": "background"}})";

}  // namespace

TEST_CASE("a program of one module has DSPy's paths") {
  const auto predict = Program::from_json(json(R"({"module": "Predict", "signature": "question -> answer"})")).value();
  CHECK(predict.predictors()[0].path == "self");
  const auto thought =
      Program::from_json(json(R"({"module": "ChainOfThought", "signature": "question -> answer"})")).value();
  CHECK(thought.predictors()[0].path == "predict");
  CHECK(thought.predictors()[0].signature.outputs()[0].name == "reasoning");
  CHECK(thought.predictors()[0].signature.instructions() ==
        "Given the fields `question`, produce the fields `answer`.");
  CHECK(thought.outputs().size() == 2);
}

TEST_CASE("inputs come from their wire, else from an earlier output of the name, else from the program") {
  const auto program = Program::from_json(json(two)).value();
  CHECK(program.inputs() == std::vector<std::string>{"question", "background"});
  const auto& qa = program.steps()[1];
  CHECK(qa.inputs[0].second.step == Wire::program_input);
  CHECK(qa.inputs[1].second.field == "background");
  CHECK(qa.inputs[2].second.step == 0);
  CHECK(program.predictors()[1].path == "qa.predict");
}

TEST_CASE("outputs may be named and come from any step") {
  const auto program =
      Program::from_json(
          json(
              R"({"modules": {"a": {"type": "Predict", "signature": "x -> y"}, "b": {"type": "Predict", "signature": "y -> z"}},
    "outputs": {"first": "a.y", "last": "b.z"}})"))
          .value();
  CHECK(program.outputs()[0].first == "first");
  CHECK(program.outputs()[0].second.step == 0);
}

TEST_CASE("a wrong program is refused with the place") {
  CHECK(refused("[]") == "program: an object is expected");
  CHECK(refused("{}") == "program: \"module\" or an object \"modules\" is expected");
  CHECK(refused(R"({"module": "Magic", "signature": "a -> b"})") ==
        "program: \"module\" must be \"Predict\", \"ChainOfThought\" or another of DSPy's modules, not \"Magic\"");
  CHECK_THAT(refused(R"({"module": "Predict", "signature": "a - b"})"),
             Catch::Matchers::StartsWith("program.signature: "));
  CHECK_THAT(refused(R"({"module": "Predict"})"), Catch::Matchers::ContainsSubstring("needs a \"signature\""));
  CHECK_THAT(refused(R"({"modules": {"a": {"type": "Predict", "signature": "x -> y"}}, "wires": {"a.x": "b.y"}})"),
             Catch::Matchers::StartsWith("wires[\"a.x\"]: no earlier step is named \"b\""));
  CHECK_THAT(
      refused(
          R"({"modules": {"a": {"type": "Predict", "signature": "x -> y"}, "b": {"type": "Predict", "signature": "y -> z"}}, "wires": {"a.x": "b.z"}})"),
      Catch::Matchers::ContainsSubstring("steps run in the order"));
  CHECK(refused(R"({"modules": {"a": {"type": "Predict", "signature": "x -> y"}}, "wires": {"a.q": "x"}})") ==
        "wires[\"a.q\"]: no step has this input");
  CHECK_THAT(refused(R"({"modules": {"a": {"type": "Predict", "signature": "x -> y"}}, "outputs": {"o": "a.q"}})"),
             Catch::Matchers::ContainsSubstring("no output \"q\""));
  CHECK_THAT(refused(R"({"modules": {"a.b": {"type": "Predict", "signature": "x -> y"}}})"),
             Catch::Matchers::ContainsSubstring("has no dot"));
}

TEST_CASE("two programs hash alike when they do alike") {
  const auto program = Program::from_json(json(two)).value();
  auto predictors = program.predictors();
  CHECK(program.with(predictors).hash() == program.hash());
  predictors[0].demos.push_back(json(R"({"question": "q", "query": "k"})"));
  CHECK(program.with(predictors).hash() != program.hash());
  CHECK(program.with(predictors).reset().hash() == program.hash());
}

TEST_CASE("saved state has DSPy's layout and comes back") {
  const auto program = Program::from_json(json(two)).value();
  auto predictors = program.predictors();
  predictors[1].demos.push_back(
      json(R"({"augmented": true, "question": "é \"q\" 😀\n", "n": 1.0, "none": null, "answer": ["a", {"b": 2}]})"));
  predictors[0].signature = predictors[0].signature.with_instructions("Ask\nwell.");
  const auto edited = program.with(predictors);

  const std::string text = state_json(edited, StateFormat::dspy);
  CHECK_THAT(text,
             Catch::Matchers::StartsWith(
                 "{\n  \"gen\": {\n    \"traces\": [],\n    \"train\": [],\n    \"demos\": [],\n    \"signature\": {\n"
                 "      \"instructions\": \"Ask\\nwell.\",\n      \"fields\": [\n        {\n"
                 "          \"prefix\": \"Question:\",\n          \"description\": \"${question}\"\n        },"));
  CHECK_THAT(text, Catch::Matchers::EndsWith("  \"metadata\": {\n    \"dependency_versions\": {}\n  }\n}\n"));
  const auto loaded = load_state(program, json(text.c_str())).value();
  CHECK(loaded.hash() == edited.hash());
  CHECK(state_json(loaded, StateFormat::dspy) == text);

  const std::string ours = state_json(edited);
  const auto alone = program_from_state(json(ours.c_str())).value();
  CHECK(alone.hash() == edited.hash());
  CHECK(state_json(alone) == ours);
}

TEST_CASE("state that does not belong to the program is refused with the place") {
  const auto program = Program::from_json(json(two)).value();
  const Json good = json(state_json(program).c_str());
  const auto why = [&](const Json& state) {
    const auto loaded = load_state(program, state);
    return loaded ? "accepted" : loaded.error().message;
  };
  CHECK(why(good) == "accepted");
  Json bad = good;
  bad.erase("metadata");
  CHECK_THAT(why(bad), Catch::Matchers::StartsWith("metadata.dependency_versions: is missing"));
  bad = good, bad.erase("qa.predict");
  CHECK(why(bad) == "the saved program: has no predictor \"qa.predict\"; it has gen");
  bad = good, bad["gen"]["signature"]["fields"].push_back({{"prefix", "X:"}, {"description", "x"}});
  CHECK_THAT(why(bad),
             Catch::Matchers::StartsWith("gen.signature.fields: the saved program has 3 fields and this signature "
                                         "(question -> query) has 2"));
  bad = good, bad["gen"]["signature"]["fields"][1].erase("prefix");
  CHECK(why(bad) == "gen.signature.fields[1]: the text \"prefix\" is missing");
  bad = good, bad["gen"].erase("lm");
  CHECK(why(bad) == "gen: \"lm\" is missing");
  bad = good, bad["gen"]["demos"] = {1};
  CHECK(why(bad) == "gen.demos[0]: an object is expected");
  bad = good, bad["gen"] = 7;
  CHECK(why(bad) == "gen: an object is expected");
  CHECK_FALSE(program_from_state(json(state_json(program, StateFormat::dspy).c_str())));
}
