#include <catch2/catch_all.hpp>
#include <strop/program/lm_state.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {

std::string saved(const char* settings, const LmStateRules& rules = {}) {
  const auto state = lm_state(parse_json(settings).value(), rules);
  return state ? dump_json(*state, JsonStyle::compact) : "refused " + state.error().message;
}

}  // namespace

TEST_CASE("settings of a model are saved in DSPy's order, with its defaults") {
  CHECK(saved(R"({"model": "openai/gpt-x", "top_p": 0.9, "temperature": 0.5})") ==
        R"({"_dspy_lm_class":"dspy.clients.lm.LM","model":"openai/gpt-x","model_type":"chat","cache":true,)"
        R"("num_retries":3,"temperature":0.5,"max_tokens":null,"top_p":0.9,"finetuning_model":null,)"
        R"("launch_kwargs":{},"train_kwargs":{}})");
  const std::string once = saved(R"({"model": "m", "engine": "lm15", "stop": ["a"], "use_developer_role": true})");
  CHECK(saved(once.c_str()) == once);
  CHECK(saved("null") == "null");
  CHECK(saved("{}") == "null");
}

TEST_CASE("a key is never saved, and where requests go only for files of one's own") {
  std::vector<std::string> warnings;
  const char* const settings =
      R"({"model": "m", "api_key": "sk-secret", "api_base": "http://evil.example", "model_list": []})";
  const std::string safe = saved(settings, {false, &warnings});
  CHECK_THAT(safe, !Catch::Matchers::ContainsSubstring("secret") && !Catch::Matchers::ContainsSubstring("evil"));
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Catch::Matchers::ContainsSubstring("api_base, model_list"));
  const std::string unsafe = saved(settings, {true, &warnings});
  CHECK_THAT(unsafe, !Catch::Matchers::ContainsSubstring("secret") && Catch::Matchers::ContainsSubstring("evil"));
  CHECK(warnings.size() == 1);
}

TEST_CASE("OpenAI's reasoning models keep max_tokens last, and have limits") {
  for (const char* model : {"o1", "openai/o3-mini", "o4-mini-2025-04-16", "GPT-5", "gpt-5.1-codex", "gpt-5-"}) {
    CAPTURE(model);
    const std::string settings = std::string(R"({"max_tokens": 20000, "model": ")") + model + "\"}";
    CHECK_THAT(saved(settings.c_str()), Catch::Matchers::EndsWith(R"("train_kwargs":{},"max_tokens":20000})"));
    const std::string few = std::string(R"({"max_tokens": 64, "model": ")") + model + "\"}";
    CHECK_THAT(saved(few.c_str()), Catch::Matchers::StartsWith("refused"));
  }
  for (const char* model :
       {"o2", "gpt-5-chat", "gpt-5.12-chat", "gpt-5x", "gpt-5.x", "o1-preview", "o4-mini-2025-4-16"}) {
    CAPTURE(model);
    const std::string settings = std::string(R"({"max_tokens": 64, "model": ")") + model + "\"}";
    CHECK_THAT(saved(settings.c_str()), Catch::Matchers::EndsWith(R"("train_kwargs":{}})"));
  }
}

TEST_CASE("settings that dspy.LM refuses are refused") {
  for (const char* settings :
       {"1", "[1]", "\"m\"", R"({"temperature": 1})", R"({"model": ""})", R"({"model": 1})", R"({"model": "openai/"})",
        R"({"model": "m", "num_retries": -1})", R"({"model": "m", "num_retries": true})",
        R"({"model": "m", "engine": {"class": "os:system"}})", R"({"model": "m", "engine": "mine"})",
        R"({"model": "m", "async_engine": {}})", R"({"model": "m", "_dspy_lm_class": "os.path.Evil"})",
        R"({"model": "m", "_dspy_lm_class": 1})", R"({"model": "o1", "temperature": "hot"})"}) {
    CAPTURE(settings);
    CHECK_THAT(saved(settings), Catch::Matchers::StartsWith("refused lm: "));
  }
  Json many = Json::object();
  many["model"] = "m";
  for (int k = 0; k < 300; ++k) many["x" + std::to_string(k)] = k;
  CHECK_FALSE(lm_state(many));
}
