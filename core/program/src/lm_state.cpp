#include <algorithm>
#include <array>
#include <string_view>
#include <strop/program/lm_state.hpp>
#include <strop/text/format.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>

namespace strop {
namespace {

constexpr std::size_t most_settings = 256;
constexpr std::string_view class_key = "_dspy_lm_class", own_class = "dspy.clients.lm.LM";
constexpr std::array where_requests_go = std::to_array<std::string_view>({"api_base", "base_url", "model_list"});
/// Arguments of dspy.LM that are not saved, or not where they stand.
constexpr std::array apart = std::to_array<std::string_view>(
    {class_key, "model", "model_type", "cache", "num_retries", "temperature", "max_tokens", "callbacks", "provider",
     "finetuning_model", "launch_kwargs", "train_kwargs", "use_developer_role", "engine", "async_engine",
     "prompt_cache", "api_key"});

template <std::size_t n>
bool among(const std::array<std::string_view, n>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Failure wrong(std::string_view what) { return {"state", format("lm: {}", {what})}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the text from the front of `rest`, if it is there.
bool take(std::string_view& rest, std::string_view text) {
  if (!rest.starts_with(text)) return false;
  rest.remove_prefix(text.size());
  return true;
}

/// "-2025-04-16"
bool is_date(std::string_view text) {
  constexpr std::string_view form = "-dddd-dd-dd";
  return text.size() == form.size() && std::equal(text.begin(), text.end(), form.begin(), [](char c, char wanted) {
           return wanted == 'd' ? is_digit(c) : c == wanted;
         });
}

/// OpenAI's reasoning models by name, as DSPy tells them: o1, o3-mini, gpt-5.1-codex; not gpt-5-chat.
bool is_reasoning_model(std::string_view model) {
  std::string lowered(model.substr(model.rfind('/') + 1));  // without a slash rfind gives npos, and npos + 1 is 0
  for (char& c : lowered)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  std::string_view rest = lowered;
  if (take(rest, "gpt-5")) {
    // What follows a version must be nothing or "-…", and not "-chat" directly behind any of its parts.
    while (rest.size() > 1 && rest[0] == '.' && is_digit(rest[1])) {
      rest.remove_prefix(2);
      while (!rest.empty() && is_digit(rest[0])) rest.remove_prefix(1);
    }
    return (rest.empty() || rest[0] == '-') && !rest.starts_with("-chat") && rest.find('\n') == rest.npos;
  }
  if (rest.size() < 2 || rest[0] != 'o' || std::string_view("1345").find(rest[1]) == std::string_view::npos)
    return false;
  rest.remove_prefix(2);
  take(rest, "-mini") || take(rest, "-nano") || take(rest, "-pro");
  return rest.empty() || is_date(rest);
}

/// Python's truth of a value.
bool truth(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value != 0;
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return is_big_integer(value) || !value.empty();
}

const Json& or_default(const Json& settings, const char* name, const Json& otherwise) {
  const auto found = settings.find(name);
  return found == settings.end() ? otherwise : *found;
}

}  // namespace

Result<Json> lm_state(const Json& given, const LmStateRules& rules) {
  if (!truth(given)) return Json();
  if (!given.is_object() || given.size() > most_settings)
    return wrong("the settings of a model are an object of at most 256 members");
  Json settings = Json::object();
  std::string dropped;
  for (const auto& [name, value] : members(given)) {
    if (!rules.unsafe && among(where_requests_go, name))
      (dropped += dropped.empty() ? "" : ", ") += name;
    else
      settings[name] = value;
  }
  if (!dropped.empty() && rules.warnings)
    rules.warnings->push_back(format(
        "the settings of a model say where requests go ({}); this was left out, as a file may be anyone's", {dropped}));
  if (settings.empty()) return Json();

  const Json& of_class = member(settings, class_key);
  if (!of_class.is_null() && of_class != own_class)
    return wrong("the model is of a class of its own; only settings of dspy.clients.lm.LM are taken, as in DSPy");
  const std::string model = text_member(settings, "model");
  if (model.empty()) return wrong("\"model\" must name the model");
  if (const auto slash = model.find('/'); slash != model.npos && slash + 1 == model.size())
    return wrong(format("the model \"{}\" has a provider but no name", {model}));
  const Json retries = or_default(settings, "num_retries", 3);
  if (!is_integer(retries) || as_double(retries) < 0) return wrong("\"num_retries\" is a whole number from 0");
  const Json engine = or_default(settings, "engine", "auto");
  if (engine != "auto" && engine != "lm15" && engine != "litellm")
    return wrong(
        "\"engine\" must be \"auto\", \"lm15\" or \"litellm\": an engine of one's own is not taken from a file");
  if (!member(settings, "async_engine").is_null()) return wrong("an engine of one's own is not taken from a file");
  const Json& prompt_cache = member(settings, "prompt_cache");
  if (!prompt_cache.is_null() && (of_class.is_null() || !prompt_cache.is_object()))
    return wrong("\"prompt_cache\" is an object");

  const bool reasons = is_reasoning_model(model);
  const Json* max_tokens = &member(settings, "max_tokens");
  if (reasons && settings.contains("max_completion_tokens")) {
    if (of_class.is_null()) return wrong("a reasoning model takes \"max_tokens\", not \"max_completion_tokens\"");
    if (!settings.contains("max_tokens")) max_tokens = &settings["max_completion_tokens"];
  }
  const Json& temperature = member(settings, "temperature");
  if (reasons) {
    const auto number = [](const Json& value) { return value.is_number() || value.is_boolean() || is_integer(value); };
    const auto size = [](const Json& value) { return value.is_boolean() ? 1.0 : as_double(value); };
    if ((truth(temperature) && !(number(temperature) && size(temperature) == 1)) ||
        (truth(*max_tokens) && !(number(*max_tokens) && size(*max_tokens) >= 16000)))
      return wrong("a reasoning model takes a temperature of 1 and max_tokens from 16000, or none of them");
  }

  Json saved = Object()
                   .set(class_key, own_class)
                   .set("model", model)
                   .set("model_type", or_default(settings, "model_type", "chat"))
                   .set("cache", or_default(settings, "cache", true))
                   .set("num_retries", retries)
                   .set("temperature", temperature);
  if (!reasons) saved["max_tokens"] = *max_tokens;
  for (const auto& [name, value] : members(settings)) {
    if (among(apart, name) || (name == "rollout_id" && value.is_null()) || (reasons && name == "max_completion_tokens"))
      continue;
    saved[name] = value;
  }
  if (!prompt_cache.is_null()) saved["prompt_cache"] = prompt_cache;
  if (engine != "auto") saved["engine"] = engine;
  saved["finetuning_model"] = member(settings, "finetuning_model");
  for (const char* name : {"launch_kwargs", "train_kwargs"}) {
    const Json& own = member(settings, name);
    saved[name] = truth(own) ? own : Json::object();
  }
  if (const Json& role = member(settings, "use_developer_role"); truth(role)) saved["use_developer_role"] = role;
  if (reasons) saved["max_tokens"] = *max_tokens;
  return saved;
}

}  // namespace strop
