#pragma once
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

namespace strop {

/// What calls of models used in all, by model: {model: [usage of a call, …]} -> {model: usage}. Counts are added, also
/// those in objects of a usage; of other values (flags, texts) the first stays. n log n in a usage's keys.
/// Failure `bad_usage`: what is no list of objects, or adds an object to a value that is none, or counts beyond 64
/// bits. Source: UsageTracker.get_total_tokens of dspy/utils/usage_tracker.py.
Result<Json> total_usage(const Json& usage);

}  // namespace strop
