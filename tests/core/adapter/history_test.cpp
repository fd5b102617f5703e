#include <catch2/catch_all.hpp>
#include <strop/adapter/adapter.hpp>
#include <strop/signature/signature.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {
const Signature& signature() {
  static const Signature made = *parse_signature("q, history: History -> calls: ToolCalls, answer: Optional[str]");
  return made;
}
std::vector<Message> messages(const char* turns, bool native = false) {
  const Json inputs = Object().set("q", "now?").set("history", Object().set("messages", *parse_json(turns)));
  return chat_adapter().call(signature(), inputs, {.native_tools = native}).messages;
}
std::optional<Failure> objection(const char* history) {
  return objection_to_inputs(signature(), Object().set("q", "x").set("history", *parse_json(history)));
}
constexpr const char* called = R"([{"q": "a", "calls": {"tool_calls": [{"id": "1", "name": "f", "args": {"k": "é"}}],
    "tool_call_results": [{"call_id": "1", "name": "f", "value": {"h": 1.0}}]}}])";
}  // namespace

TEST_CASE("past turns are messages before the request") {
  const auto all = messages(R"([{"q": "a", "answer": "b"}, {"answer": "c"}])");
  REQUIRE(all.size() == 4);
  CHECK(all[0].role == "user");
  CHECK(all[1].role == "assistant");
  CHECK(all[2].role == "assistant");
  CHECK(messages("[]").size() == 1);
}

TEST_CASE("results of tools follow their calls, as text or as the provider has them") {
  const auto told = messages(called);
  REQUIRE(told.size() == 4);
  CHECK(told[2].role == "user");
  CHECK(
      dump_json(told[2].content) ==
      R"("[[ ## tool_call_results ## ]]\n{\"tool_call_results\": [{\"call_id\": \"1\", \"name\": \"f\", \"value\": {\"h\": 1.0}, \"is_error\": false}]}")");
  const auto native = messages(called, true);
  REQUIRE(native.size() == 4);
  CHECK(native[1].content.is_null());
  CHECK(
      dump_json(native[1].more) ==
      R"({"tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{\"k\": \"é\"}"}}]})");
  CHECK(native[2].role == "tool");
  CHECK(native[2].content == R"({"h": 1.0})");
}

TEST_CASE("a history in another shape is refused") {
  CHECK_FALSE(objection(R"({"messages": []})"));
  CHECK_FALSE(objection(R"({"messages": [{"x": {"tool_calls": []}}]})"));
  CHECK(objection("[]"));
  CHECK(objection(R"({"messages": [1]})"));
  CHECK(objection(R"({"messages": [], "more": 1})"));
  CHECK(objection(R"({"messages": [{"x": {"tool_calls": 3}}]})"));
  CHECK(objection(R"({"messages": [{"x": {"tool_calls": [], "tool_call_results": "none"}}]})"));
  CHECK(objection(R"({"messages": [{"x": {"tool_calls": [], "tool_call_results": [{"name": "f"}]}}]})"));
}
