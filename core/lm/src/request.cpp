#include <algorithm>
#include <strop/lm/request.hpp>
#include <strop/lm/sha256.hpp>
#include <strop/value/dump_json.hpp>

namespace strop {

std::string request_text(const Prompt& prompt, const Json& config) {
  std::string text = "{\"messages\":" + messages_text(prompt.messages);
  text += prompt.completion ? ",\"completion\":true,\"config\":" : ",\"config\":";
  if (prompt.stop.empty() || config.contains("stop")) {
    text += config.is_object() ? canonical_json(config) : "{}";
  } else {
    Json with_stop = config.is_object() ? config : Json::object();
    with_stop["stop"] = prompt.stop;
    text += canonical_json(with_stop);
  }
  return text += '}';
}

std::string request_key(const Json& request, const std::vector<std::string>& ignored) {
  Json kept = request;
  if (kept.is_object())
    for (const std::string& key : ignored) kept.erase(key);
  return sha256_hex(canonical_json(kept));
}

}  // namespace strop
