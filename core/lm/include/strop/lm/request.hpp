#pragma once
#include <string>
#include <string_view>
#include <strop/lm/message.hpp>
#include <vector>

namespace strop {

/// The request of an `lm` effect, as text: {"messages":[…],"completion":true,"config":{…}}, without "completion" where
/// it is false; the config's keys (temperature, maxTokens, stop, topP, seed, rolloutId) sorted. The prompt's stops are
/// in the config's "stop" unless the config has its own. Equal requests have equal text.
std::string request_text(const Prompt& prompt, const Json& config);

/// The key under which DSPy caches a request: SHA-256 of its canonical JSON without the keys that are ignored
/// (addresses, secrets). Linear.
std::string request_key(const Json& request, const std::vector<std::string>& ignored);

}  // namespace strop
