#include <catch2/catch_all.hpp>
#include <strop/program/program.hpp>
#include <strop/program/state.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;

namespace {

Program made(const char* text) { return Program::from_json(parse_json(text).value()).value(); }

std::string refused(const char* text) {
  const auto program = Program::from_json(parse_json(text).value());
  return program ? "accepted" : program.error().message;
}

std::vector<std::string> paths(const Program& program) {
  std::vector<std::string> found;
  for (const auto& predictor : program.predictors()) found.push_back(predictor.path);
  return found;
}

const char* const agent = R"({"module": "ReAct", "signature": "question -> answer: int", "tools": [
  {"name": "tide", "desc": "Tide\nheight.", "args": {"port": {"type": "string", "default": null}}},
  {"name": "plain"}, {"name": "tide", "desc": "Again."}]})";

}  // namespace

TEST_CASE("a ReAct has two predictors, and shows its tools as Python would") {
  const Program program = made(agent);
  CHECK(paths(program) == std::vector<std::string>{"react", "extract.predict"});
  const Signature& react = program.predictors()[0].signature;
  CHECK_THAT(react.instructions(), ContainsSubstring("\n\n(1) tide, whose description is <desc>Again.</desc>. It takes "
                                                     "arguments {}.\n(2) plain. It takes arguments {}.\n(3) finish, "));
  CHECK(signature_text(react) ==
        "question, trajectory -> next_thought, next_tool_name: Literal['tide', 'plain', 'finish'], next_tool_args: "
        "dict[str, Any]");
  CHECK(signature_text(program.predictors()[1].signature) == "question, trajectory -> reasoning, answer: int");
}

TEST_CASE("a module's description of a tool stays on one line") {
  const Program program = made(R"({"module": "CodeAct", "signature": "q -> a", "tools": [
    {"name": "tide", "desc": "Tide\nheight.", "args": {"port": {"type": "string", "default": null}}}]})");
  CHECK(paths(program) == std::vector<std::string>{"codeact", "extractor.predict"});
  CHECK_THAT(program.predictors()[0].signature.instructions(),
             EndsWith("(1) tide, whose description is <desc>Tide  height.</desc>. It takes arguments {'port': {'type': "
                      "'string', 'default': None}}."));
}

TEST_CASE("other modules have DSPy's predictors") {
  CHECK(paths(made(R"({"module": "ProgramOfThought", "signature": "q -> a"})")) ==
        std::vector<std::string>{"code_generate.predict", "code_regenerate.predict", "generate_output.predict"});
  const Program compared = made(R"({"module": "MultiChainComparison", "signature": "q -> a", "args": {"M": 1}})");
  const Field* attempt = compared.predictors()[0].signature.find("reasoning_attempt_1");
  REQUIRE(attempt);
  CHECK(attempt->prefix == "Student Attempt #1:");
  CHECK(compared.predictors()[0].signature.outputs()[0].name == "rationale");
}

TEST_CASE("a field that a module adds takes the place of one of the same name") {
  const Program program = made(R"({"module": "ReAct", "signature": "trajectory: int, q -> a"})");
  CHECK(signature_text(program.predictors()[1].signature) == "trajectory, q -> reasoning, a");
}

TEST_CASE("modules stand in larger programs, wired by their own signature") {
  const Program program = made(R"({"modules": {
    "plan": {"type": "Predict", "signature": "question -> search"},
    "act": {"type": "ReAct", "signature": "search -> found", "tools": []},
    "say": {"type": "ChainOfThought", "signature": "found -> answer"}}})");
  CHECK(paths(program) == std::vector<std::string>{"plan", "act.react", "act.extract.predict", "say.predict"});
  CHECK(program.inputs() == std::vector<std::string>{"question"});
  CHECK(program.steps()[1].inputs.size() == 1);
  CHECK(program.steps()[2].inputs[0].second.step == 1);
  CHECK(program.outputs().size() == 2);
}

TEST_CASE("a program says which module the core cannot run") {
  CHECK_FALSE(made(R"({"module": "ChainOfThought", "signature": "q -> a"})").unsupported());
  const auto failure = made(R"({"modules": {"act": {"type": "ReAct", "signature": "q -> a"}}})").unsupported();
  REQUIRE(failure);
  CHECK(failure->code == "unsupported");
  CHECK_THAT(failure->message, ContainsSubstring("ReAct (\"act\")"));
}

TEST_CASE("the host names one predictor of a module") {
  const Program program = made(R"({"predictors": {
    "a.extract.predict": {"module": "ReAct", "signature": "q -> a", "predictor": "extract.predict"}}})");
  CHECK(signature_text(program.predictors()[0].signature) == "q, trajectory -> reasoning, a");
  CHECK_THAT(refused(R"({"predictors": {"a": {"module": "ReAct", "signature": "q -> a", "predictor": "x"}}})"),
             ContainsSubstring("ReAct has no predictor \"x\""));
}

TEST_CASE("what no module can be made of is refused") {
  CHECK_THAT(refused(R"({"module": "Magic", "signature": "q -> a"})"), ContainsSubstring("not \"Magic\""));
  CHECK_THAT(refused(R"({"module": "ReAct", "signature": "q -> a", "tools": {}})"), ContainsSubstring("tools"));
  CHECK_THAT(refused(R"({"module": "ReAct", "signature": "q -> a", "tools": [{"name": 1}]})"),
             ContainsSubstring("tools[0]"));
  CHECK_THAT(refused(R"({"module": "ReAct", "signature": "q -> a", "tools": [{"name": "t", "args": []}]})"),
             ContainsSubstring("tools[0]"));
  CHECK_THAT(refused(R"({"module": "MultiChainComparison", "signature": "q -> a", "args": {"M": 1000000000}})"),
             ContainsSubstring("args.M"));
  CHECK_THAT(refused(R"({"module": "MultiChainComparison", "signature": "q ->"})"), ContainsSubstring("an output"));
  CHECK_THAT(refused(R"({"module": "ReActV2", "signature": "tools -> a"})"), ContainsSubstring("\"tools\""));
  CHECK_THAT(refused(R"({"module": "ReActV2", "signature": "q -> history"})"), ContainsSubstring("\"history\""));
  CHECK_THAT(refused(R"({"module": "ReActV2", "signature": "q -> a", "tools": [{"name": "submit"}]})"),
             ContainsSubstring("\"submit\""));
}

TEST_CASE("the state of a module comes back") {
  const Program program = made(agent);
  auto predictors = program.predictors();
  predictors[0].demos.push_back(parse_json(R"({"question": "q", "next_tool_args": {"x": 1.0}})").value());
  const std::string text = state_json(program.with(predictors));
  const auto loaded = program_from_state(parse_json(text).value()).value();
  CHECK(state_json(loaded) == text);
}

TEST_CASE("a ReActV2 may be given anything but its own fields, None too") {
  const Program program =
      made(R"({"module": "ReActV2", "signature": {"text": "who: Person, n: int | str, m: Optional[int] -> a",
    "types": {"Person": {"kind": "model", "fields": [{"name": "name"}]}}}})");
  CHECK(signature_text(program.predictors()[0].signature) ==
        "who: Union[Person, NoneType], n: Union[int, str, NoneType], m: Union[int, NoneType], history: History, "
        "tools: list[Tool] -> next_thought: Reasoning, tool_calls: ToolCalls");
}
