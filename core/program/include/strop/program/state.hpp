#pragma once
#include <string>
#include <strop/program/program.hpp>

namespace strop {

/// What stands under "metadata" besides DSPy's own keys.
enum class StateFormat {
  dspy,   ///< nothing: the bytes of DSPy's `program.save("x.json")`
  strop,  ///< "strop": the program's structure, so that it loads without code. DSPy ignores it
};

/// The saved state of a program, byte for byte as DSPy 3.4.1 writes it: two spaces of indent, UTF-8 unescaped, a
/// final newline. `versions` is metadata.dependency_versions; an empty object keeps Python from warning
/// about versions that this program never saw.
std::string state_json(const Program& program, StateFormat format = StateFormat::strop,
                       const Json& versions = Json::object());

/// One predictor's part of it.
Json predictor_state(const Predictor& predictor);

/// The program with the demos, instructions, descriptions and prefixes that `state` holds; fields go by position as
/// in DSPy, a predictor that is missing or another number of fields is a failure. Code "state" and where it is.
Result<Program> load_state(const Program& program, const Json& state);

/// A program from its saved state alone; only where metadata.strop is there.
Result<Program> program_from_state(const Json& state);

}  // namespace strop
