#pragma once
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

namespace strop {

/// The canonical request that a chat-shaped call asks for: {"model", "messages", "system"?, "tools"?, "config"?} in the
/// JSON form of lm15, the library through which DSPy 3.4 calls models. `call` is what DSPy hands its LM: {"model",
/// "messages": [{"role", "content", …}], …} with the parameters of OpenAI's Chat Completions. Null parameters, those of
/// the connection (addresses, keys, timeouts) and those of DSPy's own (`n`, `rollout_id`, `stream`) ask for nothing.
///
/// Unlike in lm15's JSON a tool's empty description stays, since the bodies show it: see lm15_json.
/// Numbers have one form: 1.0 tokens are 1, a temperature of 1 is 1.0.
///
/// Failure `bad_request`: what is not of the form, or is out of range. Failure `unsupported_request`: what the
/// canonical request has no place for; nothing is dropped silently. Both name the place. Linear but for sorting names
/// of tools; texts that annotations cite are copied, up to 64 MiB of them. Source: request_from_openai_chat of
/// lm15 1.0.0rc3 and _canonical of dspy/clients/execution.py.
Result<Json> read_chat_request(const Json& call);

/// The canonical request as lm15 writes it.
Json lm15_json(Json request);

}  // namespace strop
