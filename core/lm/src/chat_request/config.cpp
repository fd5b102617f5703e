#include <algorithm>
#include <cmath>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <utility>

#include "reader.hpp"

namespace strop {
namespace {

/// The digits of a whole number of 2^63 or more.
std::string digits_of(double number) {
  int exponent = 0;
  const double fraction = std::frexp(number, &exponent);
  std::string digits = std::to_string(static_cast<std::int64_t>(std::ldexp(fraction, 53)));
  for (exponent -= 53; exponent > 0; --exponent) {
    int carry = 0;
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
      const int doubled = 2 * (*digit - '0') + carry;
      *digit = static_cast<char>('0' + doubled % 10);
      carry = doubled / 10;
    }
    if (carry > 0) digits.insert(digits.begin(), '1');
  }
  return digits;
}

/// Adds one setting after the other.
class ConfigReader {
 public:
  ConfigReader(const Json& call, Refusals& refusals) : call_(call), refusals_(refusals) {}

  /// A whole number of at least `least`; 2.0 is 2.
  void whole(std::string_view name, const Json& value, const Place& place, double least) {
    if (value.is_null()) return;
    Json number = value;
    if (value.is_number_float()) {
      const double given = value.get<double>();
      if (std::isfinite(given) && given == std::floor(given)) {
        if (std::abs(given) < 0x1p63)
          number = static_cast<std::int64_t>(given);
        else
          number = integer_from_text((given < 0 ? "-" : "") + digits_of(std::abs(given)));
      }
    }
    if (!is_integer(number)) return refusals_.bad(place, "must be a whole number");
    if (as_double(number) < least) refusals_.bad(place, least > 0 ? "must be positive" : "must not be negative");
    set(name, std::move(number));
  }
  void whole(std::string_view name, double least) { whole(name, member(call_, name), {nullptr, name}, least); }

  /// A float, whether it is written as one or not.
  void number(std::string_view name, int least, int most) {
    const Json& value = member(call_, name);
    if (value.is_null()) return;
    const double number = is_integer(value) || value.is_number_float() ? as_double(value) : std::nan("");
    if (!(number >= least && number <= most))
      return refusals_.bad({nullptr, name}, format("must be a number from {} to {}", {least, most}));
    set(name, Json(number));
  }

  void text(std::string_view name, std::string_view key) {
    if (const Json& value = member(call_, key); !value.is_null())
      set(name, Json(need_text(value, {nullptr, key}, refusals_, false)));
  }

  void max_tokens() {
    const Json &older = member(call_, "max_tokens"), &value = member(call_, "max_completion_tokens");
    const Place place{nullptr, "max_tokens"};
    if (!older.is_null() && !value.is_null() && !same_value(older, value))
      refusals_.bad(place, "is not max_completion_tokens");
    whole("max_tokens", value.is_null() ? older : value, place, 1);
  }

  /// A text or several; an object's keys are texts as well.
  void stop() {
    const Json& value = member(call_, "stop");
    const Place place{nullptr, "stop"};
    Json stops = Json::array();
    if (value.is_string()) stops.push_back(value);
    if (value.is_array()) stops = value;
    for (const auto& [key, item] : members(value)) stops.push_back(key);
    for (const Json& stop : stops) need_text(stop, place, refusals_, false);
    const bool is_nothing = value.is_null() || value == false || (value.is_number() && value == 0);
    if (stops.empty() && !is_nothing && !value.is_structured())
      refusals_.bad(place, "must be a text or a list of them");
    if (!stops.empty()) set("stop", std::move(stops));
  }

  void response_format() {
    const Json& value = member(call_, "response_format");
    if (value.is_null()) return;
    const Place place{nullptr, "response_format"};
    const std::string kind = text_member(value, "type");
    if (kind == "text" || kind == "json_object") {
      only_keys(value, {"type"}, place, refusals_);
      if (kind == "json_object") set("response_format", Object().set("type", kind));
    } else if (kind == "json_schema") {
      only_keys(value, {"type", "json_schema"}, place, refusals_);
      set("response_format", json_schema(member(value, "json_schema"), {&place, "json_schema"}));
    } else {
      refusals_.bad(place, "must be of the type text, json_object or json_schema");
    }
  }

  void tool_choice(const Json& tools) {
    if (Json choice = read_tool_choice(call_, tools, refusals_); !choice.is_null())
      set("tool_choice", std::move(choice));
  }

  void reasoning() {
    for (const std::string_view key :
         {"reasoning", "thinking", "enable_thinking", "chat_template_kwargs", "reasoning_format"})
      if (!member(call_, key).is_null())
        refusals_.unsupported({nullptr, key}, "is another server's word for reasoning_effort");
    const Json& value = member(call_, "reasoning_effort");
    if (value.is_null()) return;
    const Place place{nullptr, "reasoning_effort"};
    const std::string& effort = need_text(value, place, refusals_);
    if (!is_one_of(effort, {"none", "off", "minimal", "low", "medium", "high", "xhigh", "max"}))
      refusals_.bad(place, "must be none, minimal, low, medium, high, xhigh or max");
    set("reasoning", Object().set("effort", effort == "none" ? "off" : std::string_view(effort)));
  }

  void cache(const CacheMark& mark) {
    const Json &key = member(call_, "prompt_cache_key"), &retention = member(call_, "prompt_cache_retention"),
               &options = member(call_, "prompt_cache_options");
    const bool is_marked = mark.system || mark.message >= 0;
    if (key.is_null() && retention.is_null() && options.is_null() && !is_marked) return;
    if (!retention.is_null() && retention != "24h")
      refusals_.unsupported({nullptr, "prompt_cache_retention"}, "must be 24h");
    if (!options.is_null() && has_explicit_mode(options) && !is_marked) {
      if (!key.is_null() || !retention.is_null())
        refusals_.bad({nullptr, "prompt_cache_options"}, "without a prompt_cache_breakpoint turn the cache off");
      return set("cache", Object().set("mode", "off"));
    }
    Object cache;
    cache.set("mode", "auto");
    if (!retention.is_null()) cache.set("retention", "long");
    if (!key.is_null()) cache.set("key", need_text(key, {nullptr, "prompt_cache_key"}, refusals_, false));
    if (mark.system)
      cache.set("prefix", "stable");
    else if (mark.message >= 0)
      cache.set("prefix_until_index", mark.message);
    set("cache", cache);
  }

  void truth(std::string_view name) {
    const Json& value = member(call_, name);
    if (value.is_null()) return;
    if (!value.is_boolean()) refusals_.bad({nullptr, name}, "must be true or false");
    set(name, Json(value));
  }

  void user_id() {
    if (!member(call_, "user_id").is_null()) refusals_.unsupported({nullptr, "user_id"}, "is called user here");
    if (!member(call_, "user").is_null() && !member(call_, "safety_identifier").is_null())
      return refusals_.bad({nullptr, "user"}, "cannot be given with safety_identifier");
    text("user_id", "user");
    text("user_id", "safety_identifier");
  }

  void logprobs() {
    const Json &asked = member(call_, "logprobs"), &top = member(call_, "top_logprobs");
    const Place place{nullptr, "logprobs"}, top_place{nullptr, "top_logprobs"};
    if (asked == true) return whole("logprobs", top.is_null() ? Json(0) : top, top_place, 0);
    // In Python 0 is False.
    if (!asked.is_null() && asked != false && !(asked.is_number() && asked == 0))
      return refusals_.bad(place, "must be true or false");
    if (!top.is_null()) refusals_.bad(top_place, "needs logprobs to be true");
  }

  void extensions() {
    Object extensions;
    bool is_any = false;
    for (const auto& [key, value] : members(call_)) {
      if (value.is_null() ||
          !is_one_of(key, {"logit_bias", "metadata", "verbosity", "moderation", "provider", "prediction"}))
        continue;
      if (!is_whole_json(value)) refusals_.bad({nullptr, key}, "must hold finite numbers");
      extensions.set(key, value);
      is_any = true;
    }
    if (is_any) set("extensions", extensions);
  }

  Json take() && { return config_; }

 private:
  void set(std::string_view name, Json&& value) { config_.set(name, std::move(value)); }

  Json json_schema(const Json& given, const Place& place) {
    const Json& inner = need_object(given, place, refusals_);
    only_keys(inner, {"name", "schema", "strict", "description"}, place, refusals_);
    if (!member(inner, "description").is_null())
      refusals_.unsupported({&place, "description"}, "has no place in a request");
    const Json &name = member(inner, "name"), &strict = member(inner, "strict"), &schema = member(inner, "schema");
    const Place schema_place{&place, "schema"};
    if (!is_whole_json(schema)) refusals_.bad(schema_place, "must hold finite numbers");
    Object read;
    read.set("type", "json_schema").set("schema", need_object(schema, schema_place, refusals_));
    // The name that a schema without one gets in the body.
    if (!name.is_null() && name != "response") read.set("name", need_text(name, {&place, "name"}, refusals_, false));
    if (strict.is_null()) return read;
    if (!strict.is_boolean()) refusals_.bad({&place, "strict"}, "must be true or false");
    return read.set("strict", strict);
  }

  bool has_explicit_mode(const Json& given) {
    const Place place{nullptr, "prompt_cache_options"};
    const Json& options = need_object(given, place, refusals_);
    only_keys(options, {"mode", "ttl"}, place, refusals_);
    if (!member(options, "ttl").is_null()) refusals_.unsupported({&place, "ttl"}, "has no place in a request");
    if (member(options, "mode") != "explicit") refusals_.bad({&place, "mode"}, "must be explicit");
    return true;
  }

  const Json& call_;
  Refusals& refusals_;
  Object config_;
};

}  // namespace

Json read_config(const Json& call, const CacheMark& mark, const Json& tools, Refusals& refusals) {
  ConfigReader config(call, refusals);
  config.max_tokens();
  config.number("temperature", 0, 2);
  config.number("top_p", 0, 1);
  config.whole("top_k", 1);
  config.stop();
  config.response_format();
  config.tool_choice(tools);
  config.reasoning();
  config.cache(mark);
  config.whole("seed", -HUGE_VAL);
  config.number("frequency_penalty", -2, 2);
  config.number("presence_penalty", -2, 2);
  config.text("service_tier", "service_tier");
  config.user_id();
  config.truth("store");
  config.logprobs();
  config.extensions();
  return std::move(config).take();
}

}  // namespace strop
