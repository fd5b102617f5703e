#pragma once
#include <string>
#include <strop/program/program.hpp>
#include <vector>

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

/// How a saved state is read.
struct LoadRules {
  bool by_position = false;  ///< as DSPy does: fields go by position whatever their names and number are
  bool unsafe_lm = false;    ///< keep where a model's requests go; for files of one's own
  std::vector<std::string>* warnings = nullptr;  ///< told what was left out
};

/// The predictor with the demos, instructions, descriptions, prefixes and model settings that `state` holds, which is
/// what predictor_state gives. Failure `state` says what is wrong and at what place, where `where` names the whole:
/// another number of fields, or one that the file shows to be another field (a default description or label tells the
/// name). Linear.
Result<Predictor> load_predictor(Predictor predictor, const Json& state, const std::string& where,
                                 const LoadRules& rules = {});

/// The program with the state of all of its predictors; nothing of it is kept where one fails. Besides
/// load_predictor's failures: a predictor that is missing, metadata that DSPy would not load.
Result<Program> load_state(const Program& program, const Json& state, const LoadRules& rules = {});

/// A program from its saved state alone; only where metadata.strop is there.
Result<Program> program_from_state(const Json& state, const LoadRules& rules = {});

}  // namespace strop
