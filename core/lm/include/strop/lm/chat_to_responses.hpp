#pragma once
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

namespace strop {

/// A chat-shaped call as one of OpenAI's Responses interface: what DSPy gives LiteLLM for a model of type `responses`.
/// Parameters that it does not know stay as they are. n log n in a tool's keys, else linear.
/// Failure `bad_request` names the place of what is not of the form.
/// Source: chat_to_responses of dspy/clients/legacy_requests.py.
Result<Json> chat_to_responses(const Json& call);

}  // namespace strop
