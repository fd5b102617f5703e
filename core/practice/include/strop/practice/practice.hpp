#pragma once
#include <cstdint>
#include <string>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

namespace strop {

struct PracticeReply {
  std::string text;
  std::int64_t input_tokens = 0;   ///< estimated: four bytes to a token
  std::int64_t output_tokens = 0;  ///< estimated the same way
};

/// The practice model: answers a request (the JSON of lm/request.hpp) without a language model.
///
/// It reads the prompt as it was rendered, chat or compact, and works by rules from what stands there:
/// with demos it picks among labels by the most similar demo and copies spans from places that look
/// like those of the demos; without demos it guesses and often misses the format, as a small model does.
/// Better demos and clearer instructions therefore give better answers, so that an optimizer has something
/// real to find, at once and for nothing. It is for tests, for learning and for trying things out, and what
/// it scores says nothing about any language model.
///
/// A pure function of the request. Time is linear in the prompt for labels, and words × demos for spans.
/// Failure "practice_prompt": the request has no messages or is in a format that it cannot read.
Result<PracticeReply> practice_reply(const Json& request);

}  // namespace strop
