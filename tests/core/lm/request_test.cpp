#include <catch2/catch_all.hpp>
#include <strop/lm/request.hpp>
#include <strop/lm/sha256.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

TEST_CASE("SHA-256 of the standard's examples") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a request has one text") {
  Prompt prompt{.messages = {{"system", "Be\nbrief."}, {"user", Json::array({{{"type", "text"}, {"text", "é"}}})}}};
  CHECK(
      request_text(prompt, *parse_json(R"({"temperature": 1.0, "maxTokens": 5})")) ==
      R"({"messages":[{"role":"system","content":"Be\nbrief."},{"role":"user","content":[{"type":"text","text":"é"}]}],"config":{"maxTokens":5,"temperature":1.0}})");
  CHECK(request_text(prompt, nullptr).ends_with(R"("config":{}})"));
  prompt = {.messages = {{"user", "a"}}, .completion = true, .stop = {"\n"}};
  CHECK(request_text(prompt, Json::object()) ==
        R"({"messages":[{"role":"user","content":"a"}],"completion":true,"config":{"stop":["\n"]}})");
  CHECK(request_text(prompt, *parse_json(R"({"stop": []})")).ends_with(R"("config":{"stop":[]}})"));
}

TEST_CASE("the key does not depend on the order of keys or on what is ignored") {
  const Json a = *parse_json(R"({"model": "m", "messages": [], "temperature": null, "api_key": "s"})");
  const Json b = *parse_json(R"({"temperature": null, "messages": [], "model": "m"})");
  CHECK(request_key(a, {"api_key"}) == request_key(b, {"api_key"}));
  CHECK(request_key(a, {}) != request_key(b, {}));
  CHECK(request_key(b, {}) == sha256_hex(R"({"messages":[],"model":"m","temperature":null})"));
}

TEST_CASE("stable part and call become one prompt") {
  const Prompt chat = join({.messages = {{"system", "s"}}}, {.messages = {{"user", "u"}}});
  REQUIRE(chat.messages.size() == 2);
  CHECK(chat.messages[1].content == "u");
  const Prompt completion = join({.messages = {{"user", "Do.\n\n"}}, .completion = true, .stop = {"\n"}},
                                 {.messages = {{"user", "A:"}}, .completion = true});
  REQUIRE(completion.messages.size() == 1);
  CHECK(completion.messages[0].content == "Do.\n\nA:");
  CHECK(completion.stop == std::vector<std::string>{"\n"});
}
