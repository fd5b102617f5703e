#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <strop/signature/signature.hpp>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>
#include <vector>

namespace strop {

/// DSPy's modules. The core runs the first two; of the others it knows the predictors, so that their programs can be
/// saved, loaded and optimized where a host runs them.
enum class ModuleKind {
  predict,
  chain_of_thought,
  multi_chain_comparison,
  react,
  react_v2,
  program_of_thought,
  code_act
};

/// By DSPy's name: "ReAct".
std::optional<ModuleKind> module_kind_named(std::string_view name);
const char* name(ModuleKind kind);
bool runs_in_core(ModuleKind kind);

/// A predictor within a module.
struct ModulePredictor {
  std::string path;  ///< "extract.predict"; empty for that of a Predict
  Signature signature;
};

/// The predictors that DSPy's module makes of a signature, with its texts. `module` may hold
/// "tools": [{"name", "desc"?, "args"?: {argument: JSON Schema}}] for ReAct, ReActV2 and CodeAct, and
/// "args": {"M": number of attempts, 3} for MultiChainComparison.
/// Failure `program` where the module cannot be made of that, `unsupported_type` where a type that it needs is missing.
Result<std::vector<ModulePredictor>> module_predictors(ModuleKind kind, const Signature& signature, const Json& module);

}  // namespace strop
