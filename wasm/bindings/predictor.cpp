// Signatures and predictors: what one call needs.
#include <strop/program/state.hpp>
#include <strop/signature/response_format.hpp>
#include <strop/text/format.hpp>

#include "json_io.hpp"

namespace strop::surface {
namespace {

/// The signature with what is shown of it.
Json described(const Signature& signature) {
  Json json = to_json(signature);
  json["text"] = signature_text(signature);
  for (std::size_t k = 0; k < signature.fields().size(); ++k)
    json["fields"][k]["placeholder"] = placeholder(signature.fields()[k]);
  return json;
}

}  // namespace

Reply signature(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  const auto program = Program::from_json(Object().set("module", "Predict").set("signature", *json));
  if (!program) {  // the place within the signature is enough
    Failure failure = program.error();
    constexpr std::string_view where = "program.signature: ";
    if (failure.message.starts_with(where)) failure.message.erase(0, where.size());
    return failure;
  }
  return json_reply(described(program->predictors()[0].signature));
}

Result<PredictorHandle> PredictorHandle::make(std::string_view spec, FindAdapter find) {
  auto json = parse_json(spec);
  if (!json) return json.error();
  if (!json->is_object()) return bad_input("a predictor is made from an object");
  Json structure = {{"module", text_member(*json, "module", "Predict")}, {"signature", member(*json, "signature")}};
  if (json->contains("instructions")) structure["instructions"] = (*json)["instructions"];
  const auto fresh = Program::from_json(structure);
  if (!fresh) return fresh.error();
  const Json& state = member(*json, "state");
  const auto program = state.is_null() ? fresh : load_state(*fresh, state);
  if (!program) return program.error();
  const std::string adapter = text_member(*json, "adapter", "chat");
  const Adapter* named = find(adapter);
  if (!named) return bad_input(format("the adapter \"{}\" is not known; there are {}", {adapter, adapter_names}));
  Predictor predictor = program->predictors()[0];
  // Over those of the state; empty ones are the default, which does not know of the reasoning.
  if (member(*json, "instructions").is_string())
    predictor.signature = predictor.signature.with_instructions(fresh->predictors()[0].signature.instructions());
  if (const Json& demos = member(*json, "demos"); !demos.is_null()) {
    predictor.demos.clear();
    for (std::size_t k = 0; k < demos.size(); ++k) {
      if (!demos.is_array() || !demos[k].is_object())
        return bad_input(format("demos[{}] is not an object, field -> value", {k}));
      predictor.demos.push_back(demos[k]);
    }
  }
  const auto reading = reading_named(text_member(*json, "compat"));
  if (!reading) return bad_input("\"compat\" is \"dspy\" or nothing");
  return PredictorHandle(std::move(predictor), *named, *reading);
}

Reply PredictorHandle::describe() const { return json_reply(described(predictor_.signature)); }

Reply PredictorHandle::prefix() const {
  return json_reply(to_json(adapter_->stable(predictor_.signature, predictor_.demos)));
}

Reply PredictorHandle::render(std::string_view inputs) const {
  const auto json = parse_json(inputs);
  if (!json) return json.error();
  if (!json->is_object()) return bad_input("inputs are an object, field -> value");
  return json_reply(messages_json(adapter_->call(predictor_.signature, *json).messages));
}

Reply PredictorHandle::parse(std::string_view reply) const {
  const auto outputs = adapter_->parse(predictor_.signature, reply, reading_);
  if (!outputs) return outputs.error();
  return json_reply(*outputs);
}

Reply PredictorHandle::response_format() const { return json_reply(strop::response_format(predictor_.signature)); }

Reply PredictorHandle::state() const { return json_reply(predictor_state(predictor_)); }

}  // namespace strop::surface
