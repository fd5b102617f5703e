#pragma once
#include <string>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>
#include <vector>

namespace strop {

/// What a saved file may do to the settings of a model.
struct LmStateRules {
  bool unsafe = false;                           ///< keep where requests go: api_base, base_url, model_list
  std::vector<std::string>* warnings = nullptr;  ///< told what was left out
};

/// The settings of a model as DSPy 3.4.1 saves them, from such settings or from the arguments of dspy.LM: the defaults
/// filled in, in DSPy's order, without an API key. Null where there are none.
/// Failure `state`: settings that dspy.LM refuses, another class than dspy.clients.lm.LM, an engine of one's own.
Result<Json> lm_state(const Json& settings, const LmStateRules& rules = {});

}  // namespace strop
