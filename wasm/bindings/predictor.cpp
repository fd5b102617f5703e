// Signatures and predictors: what one call needs.
#include <strop/program/state.hpp>
#include <strop/signature/response_format.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/format.hpp>

#include "described.hpp"
#include "json_io.hpp"

namespace strop::surface {

Json described(const Signature& signature) {
  Json json = to_json(signature);
  json["text"] = signature_text(signature);
  for (std::size_t k = 0; k < signature.fields().size(); ++k)
    json["fields"][k]["placeholder"] = placeholder(signature.fields()[k]);
  return json;
}

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

Result<PredictorHandle> PredictorHandle::make(std::string_view spec) {
  auto json = parse_json(spec);
  if (!json) return json.error();
  if (!json->is_object()) return bad_input("a predictor is made from an object");
  // Instructions are those of the module, or of one predictor within it.
  const bool within = json->contains("predictor");
  Json part = Json::object();
  part["module"] = "Predict";
  for (const char* name : {"module", "signature", "tools", "args", within ? "predictor" : "instructions"})
    if (const auto given = json->find(name); given != json->end()) part[name] = *given;
  const auto program = Program::from_json(Object().set("predictors", Object().set("self", std::move(part))));
  if (!program) {
    Failure failure = program.error();
    constexpr std::string_view where = "predictors[\"self\"]";
    if (failure.message.starts_with(where)) failure.message.replace(0, where.size(), "program");
    return failure;
  }
  const Predictor& fresh = program->predictors()[0];
  const Json& state = member(*json, "state");
  auto made = state.is_null()
                  ? Result<Predictor>(fresh)
                  : load_predictor(fresh, state, "the saved program", {.by_position = true, .unsafe_lm = true});
  if (!made) return made.error();
  Predictor predictor = std::move(*made);
  const std::string adapter = text_member(*json, "adapter", "chat");
  const Adapter* named = adapter_named(adapter);
  if (!named && !has_all) return needs_all();
  if (!named) return bad_input(format("the adapter \"{}\" is not known; there are {}", {adapter, adapter_names}));
  // Over those of the state; empty ones are the default, which does not know of the reasoning.
  if (const Json& told = member(*json, "instructions"); told.is_string())
    predictor.signature = predictor.signature.with_instructions(within ? told.get_ref<const std::string&>()
                                                                       : fresh.signature.instructions());
  if (const auto given = json->find("demos"); given != json->end() && !given->is_null()) {
    Json& demos = *given;
    predictor.demos.clear();
    for (std::size_t k = 0; k < demos.size(); ++k) {
      if (!demos.is_array() || !demos[k].is_object())
        return bad_input(format("demos[{}] is not an object, field -> value", {k}));
      predictor.demos.push_back(std::move(demos[k]));
    }
  }
  if (member(*json, "extraction") == true) {
    if (!has_all) return needs_all();
    predictor.signature = extraction_signature(predictor.signature);
    predictor.demos.clear();
  }
  const auto reading = reading_named(text_member(*json, "compat"));
  if (!reading) return bad_input("\"compat\" is \"dspy\" or nothing");
  if (!has_all && *reading == Reading::dspy) return needs_all();
  const bool native_tools = member(*json, "nativeTools") == true;
  return PredictorHandle(std::move(predictor), *named, {.native_tools = native_tools}, *reading);
}

Reply PredictorHandle::describe() const { return json_reply(described(predictor_.signature)); }

void PredictorHandle::expand(std::vector<Message>& messages) const {
  if (has_all && reading_ == Reading::dspy && adapter_->name() != "two_step")
    expand_marked_texts(messages);  // that one leaves them as they are
}

Reply PredictorHandle::prefix() const {
  if (has_all) {
    if (auto objection = adapter_->objection(predictor_.signature)) return std::move(*objection);
  }
  Prompt prompt = adapter_->stable(predictor_.signature, predictor_.demos);
  expand(prompt.messages);
  return prompt_text(prompt);
}

Reply PredictorHandle::render(std::string_view inputs) const {
  const auto json = parse_json(inputs);
  if (!json) return json.error();
  if (!json->is_object()) return bad_input("inputs are an object, field -> value");
  if (has_all && reading_ != Reading::dspy) {
    if (auto objection = objection_to_inputs(predictor_.signature, *json)) return std::move(*objection);
  }
  std::vector<Message> messages = adapter_->call(predictor_.signature, *json, options_).messages;
  expand(messages);
  return messages_text(messages);
}

Reply PredictorHandle::parse(std::string_view reply) const {
  const auto outputs = adapter_->parse(predictor_.signature, reply, reading_);
  if (!outputs) return outputs.error();
  return json_reply(*outputs);
}

Reply PredictorHandle::response_format() const { return json_reply(strop::response_format(predictor_.signature)); }

Reply PredictorHandle::state() const { return json_reply(predictor_state(predictor_)); }

}  // namespace strop::surface
