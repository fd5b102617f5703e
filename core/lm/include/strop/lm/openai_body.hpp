#pragma once
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

/// The HTTP bodies of a canonical request (chat_request.hpp) for OpenAI's two interfaces, without streaming and before
/// any provider's preferences. Settings that an interface does not have are left out, as lm15 leaves them out. Linear.
/// Source: the payloads of lm15 1.0.0rc3. Precondition: the request is one that read_chat_request gave.
namespace strop {

/// For /chat/completions. Failure `unsupported_request`: audio and documents of a message, and images in a tool's
/// result.
Result<Json> openai_chat_body(const Json& request);

/// For /responses, which takes all of them.
Json openai_responses_body(const Json& request);

}  // namespace strop
