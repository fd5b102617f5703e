#include <strop/program/state.hpp>
#include <strop/value/parse_json.hpp>

#include "fuzz.hpp"

namespace {

strop::Program program(const char* text) { return std::move(*strop::Program::from_json(*strop::parse_json(text))); }

/// What was loaded is saved as text that loads again. (Not always as the same text: margins of instructions are taken
/// off each time, as in DSPy.)
void survives(const strop::Program& program, const strop::Json& state, const strop::LoadRules& rules) {
  const auto loaded = load_state(program, state, rules);
  if (!loaded) return;
  const auto again = load_state(program, *strop::parse_json(state_json(*loaded)), rules);
  demand(again && again->predictors()[0].lm == loaded->predictors()[0].lm);
}

}  // namespace

/// A saved state that is anyone's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const strop::Program one = program(R"({"module": "Predict", "signature": "a -> b: int"})");
  static const strop::Program several = program(R"({"modules": {
    "p": {"type": "ChainOfThought", "signature": "a -> b"}, "q": {"type": "ReAct", "signature": "b -> c"}}})");
  const auto state = strop::parse_json(text_of(data, size));
  if (!state) return 0;
  for (const bool by_position : {false, true}) {
    survives(one, *state, {.by_position = by_position});
    survives(several, *state, {.by_position = by_position, .unsafe_lm = true});
  }
  (void)strop::program_from_state(*state);
  return 0;
}
