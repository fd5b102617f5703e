#pragma once
#include <string>
#include <string_view>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>
#include <vector>

namespace strop::practice {

/// An output that the prompt asks for.
struct Slot {
  std::string name;                  ///< the field's name (chat) or label (compact)
  std::vector<std::string> options;  ///< of a Literal or bool; else empty
  bool number = false;
};

/// An example in the prompt.
struct Shot {
  std::string input;
  std::vector<std::string> outputs;  ///< by slot; empty where none is given
};

/// A rendered prompt, read back.
struct PromptView {
  bool compact = false;
  std::string instruction;
  std::vector<Slot> slots;
  std::vector<Shot> shots;
  std::string input;
};

Result<PromptView> read_prompt(const Json& request);

}  // namespace strop::practice
