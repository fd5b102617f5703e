#pragma once
#include <algorithm>
#include <string>
#include <strop/adapter/adapter.hpp>
#include <strop/text/folded.hpp>

#include "fuzz.hpp"

/// Whether the reply has what the tolerant reading means to read otherwise than DSPy, see strop::Reading.
inline bool has_fault_of_dspy(const strop::Signature& signature, std::string_view text) {
  const std::string low = strop::lower_case(text);
  const auto holds = [&](std::string_view part) { return low.find(part) != low.npos; };
  for (const auto& field : signature.outputs())
    if (holds("{" + field.name)) return true;  // an echo
  for (std::size_t at = text.find("[["); at != text.npos; at = text.find("[[", at + 1))
    if (at > 0 && text[at - 1] != '\n') return true;  // an indented header
  return holds("</think") || holds("completed") || holds("null") || holds("none");
}

/// In both readings a reply gives all outputs or a failure that says so, and what DSPy accepts means the same in the
/// other.
inline void read_in_both_ways(const strop::Adapter& adapter, const strop::Signature& signature, std::string_view text) {
  const auto as_dspy = adapter.parse(signature, text, strop::Reading::dspy), outputs = adapter.parse(signature, text);
  for (const auto* result : {&as_dspy, &outputs})
    demand(*result ? (*result)->size() == signature.outputs().size() : result->error().code == "adapter_parse");
  if (as_dspy && !has_fault_of_dspy(signature, text)) demand(outputs && *outputs == *as_dspy);
}
