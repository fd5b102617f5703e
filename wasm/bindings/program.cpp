// Programs and their saved state.
#include <strop/program/state.hpp>
#include <strop/text/format.hpp>

#include "json_io.hpp"

namespace strop::surface {
namespace {

Json wire_json(const Wire& wire) { return {wire.step == Wire::program_input ? Json() : Json(wire.step), wire.field}; }

}  // namespace

Result<ProgramHandle> ProgramHandle::make(std::string_view spec) {
  const auto json = parse_json(spec);
  if (!json) return json.error();
  const Json& structure = member(*json, "program");
  const Json& state = member(*json, "state");
  if (structure.is_null() && state.is_null()) return bad_input("a \"program\" or a saved \"state\" is expected");
  const Json& load = member(*json, "load");
  std::vector<std::string> warnings;
  const LoadRules rules{member(load, "byPosition") == true, member(load, "unsafeLm") == true, &warnings};
  auto program = structure.is_null() ? program_from_state(state, rules) : Program::from_json(structure);
  if (program && !structure.is_null() && !state.is_null()) program = load_state(*program, state, rules);
  if (!program) return program.error();
  return ProgramHandle(std::move(*program), std::move(warnings));
}

Reply ProgramHandle::warnings() const { return json_reply(warnings_); }

Reply ProgramHandle::describe() const {
  Json predictors = Json::array(), outputs = Json::object(), steps = Json::array();
  for (const auto& predictor : program_.predictors())
    predictors.push_back(Object()
                             .set("path", predictor.path)
                             .set("signature", to_json(predictor.signature))
                             .set("demos", predictor.demos)
                             .set("lm", predictor.lm));
  for (const auto& [name, wire] : program_.outputs()) outputs[name] = wire_json(wire);
  for (const auto& step : program_.steps()) {
    Json inputs = Json::object();
    for (const auto& [field, wire] : step.inputs) inputs[field] = wire_json(wire);
    steps.push_back(
        Object().set("predictor", program_.predictors()[step.predictor].path).set("inputs", std::move(inputs)));
  }
  const auto cannot = program_.unsupported();
  return json_reply(Object()
                        .set("program", program_.to_json())
                        .set("inputs", program_.inputs())
                        .set("outputs", std::move(outputs))
                        .set("steps", std::move(steps))
                        .set("unsupported", cannot ? Json(cannot->message) : Json())
                        .set("predictors", std::move(predictors)));
}

Reply ProgramHandle::state(std::string_view options) const {
  const auto json = parse_json(options);
  if (!json) return json.error();
  const Json& versions = member(*json, "versions");
  return state_json(program_, text_member(*json, "format") == "dspy" ? StateFormat::dspy : StateFormat::strop,
                    versions.is_object() ? versions : Json::object());
}

}  // namespace strop::surface
