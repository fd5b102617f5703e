#include <array>
#include <string>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>
#include <tables.hpp>
#include <utility>
#include <vector>

#include "fuzz.hpp"

// All that a host can say: what is right, with some of it changed. The fuzzer's bytes choose what is said and what of
// it is changed, so that it gets past the first check of every function.

namespace {

using namespace strop;
using namespace strop::surface;

/// The choices that the fuzzer makes; 0 when it has none left.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}
  std::size_t below(std::size_t bound) {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte % bound;
  }
  std::string_view rest(std::size_t most) { return bytes_.substr(0, most); }

 private:
  std::string_view bytes_;
};

void collect(Json& value, std::vector<Json*>& all) {
  all.push_back(&value);
  if (value.is_structured())
    for (auto& part : value) collect(part, all);
}

Json stranger(Choices& choices) {
  static const std::vector<std::string> texts = {
      "null",
      "true",
      "0",
      "-1",
      "9007199254740993",
      "123456789012345678901234567890",
      "-1e999",
      "NaN",
      "0.1",
      R"("")",
      R"("a")",
      R"("question -> answer: list[int]")",
      R"("q -> ")",
      R"("Predict")",
      R"("\ud800")",
      "[]",
      "{}",
      "[[]]",
      R"([{"question": 1}])",
      R"({"a": {"type": "Predict", "signature": "a -> b"}})",
      R"({"name": "exact", "field": "b"})",
      R"({"fields": [{"prefix": "A:", "description": "${a}"}], "instructions": ""})"};
  return *parse_json(texts[choices.below(texts.size())]);
}

std::string changed(const char* right, Choices& choices) {
  Json json = *parse_json(right);
  for (std::size_t changes = choices.below(4); changes > 0; --changes) {
    std::vector<Json*> all;
    collect(json, all);
    Json& one = *all[choices.below(all.size())];
    switch (choices.below(4)) {
      case 0:
        one = stranger(choices);
        break;
      case 1:
        one = Json(*all[choices.below(all.size())]);
        break;
      case 2:
        if (one.is_structured() && !one.empty()) {
          auto member = one.begin();
          std::advance(member, choices.below(one.size()));
          one.erase(member);
        }
        break;
      default:
        for (std::size_t deep = 8 * choices.below(40); deep > 0; --deep) one = Json::array({one});
    }
  }
  std::string text = dump_json(json, JsonStyle::compact);
  if (choices.below(4) == 3) {
    const std::size_t at = choices.below(256) * text.size() / 256;
    text.replace(at, choices.below(4), choices.rest(8));
  }
  return text;
}

/// What is told is well-formed, be it a failure.
void check(const Reply& reply, bool json = true) {
  const std::string text = reply ? *reply : failure_json(reply.error());
  if (!reply) demand(!reply.error().code.empty());
  if (json || !reply) demand(static_cast<bool>(parse_json(text)));
}

constexpr const char* one_step = R"({"module": "ChainOfThought", "adapter": "compact", "instructions": "Do.",
  "signature": {"text": "question, n: int = 3 -> kind: Literal['a', 'b'], m: Optional[float]"},
  "demos": [{"question": "q", "n": 1, "reasoning": "r", "kind": "a", "m": null}, {"question": "incomplete"}]})";
constexpr const char* two_steps =
    R"({"program": {"modules": {"a": {"type": "Predict", "signature": "question -> x: list[str]"},
  "b": {"type": "ChainOfThought", "signature": "question, x: list[str] -> answer"}}},
  "state": {"a": {"traces": [], "train": [], "demos": [{"question": "q", "x": ["y"]}], "lm": null, "signature":
  {"instructions": "I", "fields": [{"prefix": "Question:", "description": "${question}"}, {"prefix": "X:", "description":
  "${x}"}]}}, "b.predict": {"traces": [], "train": [], "demos": [], "lm": {"model": "m"}, "signature": {"instructions": "J",
  "fields": [{"prefix": "Question:", "description": "${question}"}, {"prefix": "X:", "description": "${x}"}, {"prefix":
  "Reasoning:", "description": "${reasoning}"}, {"prefix": "Answer:", "description": "${answer}"}]}},
  "metadata": {"dependency_versions": {"python": "3.11", "dspy": "3.4.1", "cloudpickle": "3.1"}}}})";
constexpr const char* optimization = R"({"task": "optimize", "seed": 3, "optimizer": {"name":
  "BootstrapFewShotWithRandomSearch", "candidates": 2, "maxBootstrappedDemos": 1, "maxLabeledDemos": 2, "maxRounds": 2},
  "program": {"module": "Predict", "signature": "question -> answer"}, "adapter": "chat", "metric": {"name": "exact",
  "field": "answer"}, "lm": {"model": "m", "config": {"maxTokens": 9}}, "budget": {"calls": 40, "tokens": 90000},
  "train": [{"question": "a", "answer": "b"}, {"question": "c", "answer": "d"}], "val": [{"question": "e", "answer":
  "f"}], "test": [{"question": "g", "answer": "h"}], "limit": 2})";
constexpr const char* host_run =
    R"({"task": "evaluate", "program": {"predictors": {"p": {"module": "Predict", "signature":
  "question -> answer"}}, "inputs": ["question"]}, "metric": {"version": "1"}, "rows": [{"question": "a"}, {"question":
  "b"}], "failureScore": 0.5})";

struct Seed {
  const char* name;
  const char* input;
};
constexpr Seed function_seeds[] = {
    {"requestKey",
     R"({"request": {"messages": [{"role": "user", "content": "é"}], "config": {"n": 1.0}}, "ignored": ["n"]})"},
    {"signature", R"({"fields": [{"name": "a", "type": "str", "dir": "input", "desc": "d"}, {"name": "b", "type":
      "dict[str, int]", "dir": "output"}], "instructions": "I"})"},
    {"signature", R"({"text": "a: Union[int, str], b -> c: Literal[\"x\", 1]"})"},
    {"inferPrefix", R"("someHTTPField_2")"},
    {"translate", R"({"name": "a", "type": "list[Literal['x']]", "dir": "output"})"},
    {"formatValue", R"({"value": [1, "a\u2028", {"b": null}], "plain": false})"},
    {"parseValue", R"({"value": "{'a': [1, 2.50, None]}", "type": "dict[str, list[Optional[float]]]"})"},
    {"repairJson", R"({"a": [1, "b"]})"},
    {"normalizeText", R"("The Café’s ὈΔΟΣ")"},
    {"textMetric",
     R"({"fn": "answer_passage_match", "args": {"example": {"answer": ["a b"]}, "pred": {"context": ["x a b"]}}})"},
    {"textMetric", R"({"fn": "F1", "args": {"prediction": "a b", "answers": ["b", "c"]}})"},
    {"metric", R"({"metric": {"name": "f1", "field": "a"}, "example": {"a": ["x", 2]}, "prediction": {"a": "x"}})"},
    {"chatWire",
     R"({"model": "gpt-5.6", "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": [{"type": "text",
      "text": "a", "prompt_cache_breakpoint": {"mode": "explicit"}}]}, {"role": "assistant", "content": "é", "tool_calls":
      [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}}], "annotations": [{"type":
      "url_citation", "url_citation": {"url": "u", "start_index": 0, "end_index": 1}}]}, {"role": "tool", "tool_call_id":
      "1", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD", "detail": "low"}}]}],
      "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}], "tool_choice": {"type": "function",
      "function": {"name": "f"}}, "response_format": {"type": "json_schema", "json_schema": {"schema": {}, "strict": true}},
      "max_tokens": 5, "stop": ["a"], "logprobs": true, "top_logprobs": 2, "reasoning_effort": "low"})"},
    {"responsesCall",
     R"({"model": "m", "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "u"}}, {"type":
      "file", "file": {"file_id": "1"}}]}, {"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f"}}]},
      {"role": "tool", "content": ["a", 1.5]}], "tools": [{"x": 1, "function": {"name": "f", "x": 2}}], "tool_choice":
      {"function": {"name": "f"}}, "response_format": {"type": "json_object"}, "text": {}, "max_completion_tokens": 3})"},
    {"totalUsage", R"({"m": [{"a": 1, "d": {"x": 1}}, {"a": 0.5, "d": {"x": 2, "y": null}}], "n": []})"},
    {"practiceReply",
     R"({"messages": [{"role": "user", "content": "[[ ## q ## ]]\nhi\n\nstarting with the field `[[ ## answer ## ]]`, `[[ ## completed ## ]]`."}],
      "config": {}})"},
    {"practiceReply", R"({"messages": [{"role": "user", "content": "Question: a\nKind: b\n\nQuestion: c\nKind:"}],
      "completion": true, "config": {"stop": ["\n"]}})"},
    {"estimate",
     R"({"optimizer": {"name": "BootstrapFewShot", "maxRounds": 2}, "train": 5, "val": 4, "test": 3, "predictors": 2})"},
    {"compareScores", R"({"before": [0, 1, 0.5], "after": [1, 1, 0]})"},
};

void call_function(Choices& choices) {
  const Seed& seed = function_seeds[choices.below(std::size(function_seeds))];
  const std::string input = changed(seed.input, choices);
  const std::string_view name = seed.name;
  for (const auto& function : predict::functions)
    if (name == function.name) return check(function.call(input));
  for (const auto& function : full::functions)
    if (name == function.name) return check(function.call(input));
  demand(false);  // a seed for a function that does not exist
}

template <class Class, class Method, std::size_t c, std::size_t m>
void call_methods(const Class (&classes)[c], const Method (&methods)[m], std::string_view name, const char* spec,
                  Choices& choices) {
  Handles handles;
  for (const auto& made : classes) {
    if (name != made.name) continue;
    const auto handle = made.make(handles, changed(spec, choices));
    if (!handle) return check(handle.error());
    for (const auto& method : methods) {
      if (!std::string_view(method.name).starts_with(std::string(name) + ".")) continue;
      const std::string_view called = method.name;
      const bool reads_reply = called == "Predictor.parse" || called == "ReplyStream.push";
      const std::string input = reads_reply
                                    ? std::string(choices.rest(60)) + "\nKind: a\nM: 1"
                                    : changed(R"({"question": "q", "n": 2, "x": ["y"], "format": "dspy"})", choices);
      check(method.call(handles, *handle, input));
    }
  }
}

/// Runs until nothing goes on any more, with a host that answers well, badly and out of turn.
std::string run(std::string_view spec, Choices& choices) {
  static constexpr const char* answers[] = {
      R"("[[ ## answer ## ]]\nb\n\n[[ ## completed ## ]]")", R"("no")", R"({"score": 1, "feedback": "good"})",
      R"({"prediction": {"answer": "b"}, "trace": [{"predictor": "p", "inputs": {}, "outputs": {"answer": "b"}}]})"};
  std::string journal;
  auto session = SessionHandle::make(spec);
  if (!session) return check(session.error()), journal;
  SessionHandle& running = *session;
  std::string lines = "t 3\n";
  for (int turn = 0; turn < 40 && !lines.empty(); ++turn) {
    const auto out = running.step(lines);
    check(out, false);
    if (!out) break;
    lines.clear();
    for (std::size_t from = 0, to = 0; (to = out->find('\n', from)) != std::string::npos; from = to + 1) {
      const std::string_view line = std::string_view(*out).substr(from, to - from);
      if (line.starts_with("j ")) (journal += line.substr(2)) += '\n';
      if (line == "more" || line.starts_with("k ")) lines += "t 3\n";
      if (!line.starts_with("e ")) continue;
      const std::string id(line.substr(2, line.find(' ', 2) - 2));
      const std::size_t right = line.find(" lm ") != line.npos ? 0 : line.find(" metric ") != line.npos ? 2 : 3;
      switch (choices.below(8)) {
        case 1:
          lines += "f " + id + " 1 5 0 {\"kind\":\"transient\",\"message\":\"m\"}\n";
          break;
        case 2:
          lines += "a " + id + " 1 5 0 " + changed(answers[right], choices) + "\n";
          break;
        case 3:
          lines += "n " + id + " 1 0 0 lm \"p\" {\"messages\":[]}\na " + id + " 0 0 0 " + answers[right] + "\n";
          break;
        case 4:
          lines += "a " + id + " 1 5 0 " + answers[1] + "\na " + id + " 1 5 0 " + answers[1] + "\n";
          break;
        case 5:
          lines += "p " + id + " \"part\"\n" + std::string(choices.rest(20)) + "\n";
          break;
        case 6:
          lines += "s \"enough\"\n";
          break;
        default:
          lines += "a " + id + " 1 5 0 " + answers[right] + "\n";
      }
      lines += "t 3\n";
    }
  }
  check(running.result());
  return journal;
}

}  // namespace

/// Nothing crashes, throws or gives what is no JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(text_of(data, size));
  switch (choices.below(6)) {
    case 0:
      call_function(choices);
      break;
    case 3:
      call_methods(predict::classes, predict::methods, "ReplyStream", one_step, choices);
      break;
    case 1:
      call_methods(predict::classes, predict::methods, "Predictor", one_step, choices);
      break;
    case 2:
      call_methods(predict::classes, predict::methods, "Program", two_steps, choices);
      break;
    default: {
      const std::string spec = changed(choices.below(2) == 0 ? optimization : host_run, choices);
      std::string journal = run(spec, choices);
      if (!journal.empty())
        journal.replace(choices.below(256) * journal.size() / 256, choices.below(4), choices.rest(4));
      run(spec + "\n" + journal, choices);
    }
  }
  return 0;
}
