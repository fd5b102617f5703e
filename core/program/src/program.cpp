#include <algorithm>
#include <strop/program/program.hpp>
#include <strop/text/format.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>

namespace strop {
namespace {

constexpr std::size_t most_modules = 256;

Failure wrong(std::string_view where, std::string_view what) { return {"program", format("{}: {}", {where, what})}; }

std::uint64_t hash_of(const std::vector<Predictor>& predictors) {
  std::uint64_t state = 0xcbf29ce484222325;  // FNV-1a
  const auto add = [&](std::string_view text) {
    for (const unsigned char byte : text) state = (state ^ byte) * 0x100000001b3;
    state = (state ^ 0xff) * 0x100000001b3;  // not in UTF-8, so that texts do not run together
  };
  for (const auto& predictor : predictors) {
    add(predictor.path);
    add(predictor.signature.instructions());
    for (const auto& field : predictor.signature.fields())
      add(field.name), add(description_of(field)), add(label_of(field)), add(display_name(field.type));
    for (const auto& demo : predictor.demos) add(canonical_json(demo));
  }
  return state;
}

/// The signature of a module, from {"signature": text or {"text" or "fields", "instructions"?}, "instructions"?}.
Result<Signature> signature_of(const Json& module, const std::string& where) {
  if (!module.contains("signature")) return wrong(where, "a module needs a \"signature\"");
  const Json& given = module["signature"];
  const Json& text = given.is_string() ? given : member(given, "text");
  const bool is_text = text.is_string();
  std::optional<std::string_view> instructions;
  for (const Json* from : {&given, &module}) {
    const Json& own = member(*from, "instructions");
    if (own.is_string() && (is_text || from == &module))  // those of a signature object it reads itself
      instructions = own.get_ref<const std::string&>();
  }
  const auto classes = ClassTable::from_json(is_text ? member(given, "types") : Json());
  if (!classes) return Failure{classes.error().code, format("{}.signature: {}", {where, classes.error().message})};
  auto signature = is_text ? parse_signature(text.get_ref<const std::string&>(), instructions, &*classes)
                           : signature_from_json(given);
  if (!signature)
    return Failure{signature.error().code, format("{}.signature: {}", {where, signature.error().message})};
  if (!is_text && instructions) return signature->with_instructions(*instructions);
  return signature;
}

/// "step.field" or "input".
Result<Wire> wire_from(std::string_view text, const std::vector<Step>& steps, std::size_t before,
                       const std::vector<Predictor>& predictors, const std::string& where) {
  const auto dot = text.find('.');
  if (dot == text.npos) return Wire{Wire::program_input, std::string(text)};
  const auto name = text.substr(0, dot), field = text.substr(dot + 1);
  for (std::size_t k = 0; k < before; ++k) {
    if (steps[k].name != name) continue;
    for (const auto& each : predictors[steps[k].predictor].signature.fields())
      if (each.role == Role::output && each.name == field) return Wire{k, std::string(field)};
    return wrong(where, format("step \"{}\" has no output \"{}\"", {name, field}));
  }
  return wrong(where, format("no earlier step is named \"{}\"; steps run in the order in which they stand", {name}));
}

}  // namespace

Signature with_reasoning(const Signature& signature) {
  Field reasoning;
  reasoning.name = "reasoning";
  reasoning.role = Role::output;
  return signature.prepend(std::move(reasoning));
}

Program::Program(Shared shared) {
  shared.hash = hash_of(shared.predictors);
  shared_ = std::make_shared<const Shared>(std::move(shared));
}

Result<Program> Program::from_json(const Json& json) {
  if (!json.is_object()) return wrong("program", "an object is expected");
  Shared made;
  made.structure = json;

  const auto need = [&](const std::string& field) {
    if (std::find(made.inputs.begin(), made.inputs.end(), field) == made.inputs.end()) made.inputs.push_back(field);
  };

  if (json.contains("predictors")) {  // run by the host
    const Json& predictors = json["predictors"];
    if (!predictors.is_object() || predictors.empty() || predictors.size() > most_modules)
      return wrong("predictors", "an object of 1 to 256 signatures by path is expected");
    for (const auto& [path, spec] : members(predictors)) {
      const bool module = spec.is_object() && spec.contains("signature");
      auto signature = signature_of(module ? spec : static_cast<Json>(Object().set("signature", spec)),
                                    format("predictors[\"{}\"]", {path}));
      if (!signature) return signature.error();
      if (member(spec, "module") == "ChainOfThought") signature = with_reasoning(*signature);
      made.predictors.push_back({path, std::move(*signature), {}, nullptr});
    }
    for (const auto& field : member(json, "inputs"))
      if (field.is_string()) need(field.get<std::string>());
    return Program(std::move(made));
  }

  const bool single = json.contains("module");
  const Json& modules = member(json, "modules");
  if (!single && (!modules.is_object() || modules.empty()))
    return wrong("program", "\"module\" or an object \"modules\" is expected");
  if (!single && modules.size() > most_modules) return wrong("modules", "there are more than 256");

  const auto add = [&](const std::string& name, const Json& module, const char* kind_key,
                       const std::string& where) -> Result<bool> {
    if (!module.is_object()) return wrong(where, "an object is expected");
    const std::string kind = text_member(module, kind_key);
    if (kind != "Predict" && kind != "ChainOfThought")
      return wrong(where, format("\"{}\" must be \"Predict\" or \"ChainOfThought\", not \"{}\"", {kind_key, kind}));
    auto signature = signature_of(module, where);
    if (!signature) return signature.error();
    Step step{name, kind == "Predict" ? ModuleKind::predict : ModuleKind::chain_of_thought, made.predictors.size()};
    std::string path = name;
    if (step.kind == ModuleKind::chain_of_thought) {
      for (const auto& field : signature->fields())
        if (field.name == "reasoning")
          return wrong(where, "ChainOfThought adds the field \"reasoning\" itself; take it out of the signature");
      path = name.empty() ? "predict" : name + ".predict";
      signature = with_reasoning(*signature);
    } else if (name.empty()) {
      path = "self";
    }
    made.predictors.push_back({std::move(path), std::move(*signature), {}, nullptr});
    made.steps.push_back(std::move(step));
    return true;
  };
  if (single) {
    if (auto added = add("", json, "module", "program"); !added) return added.error();
  } else {
    for (const auto& [name, module] : members(modules)) {
      const std::string where = format("modules[\"{}\"]", {name});
      if (name.empty() || name.find('.') != std::string::npos)
        return wrong(where, "a step's name is not empty and has no dot");
      if (auto added = add(name, module, "type", where); !added) return added.error();
    }
  }

  const Json wires = json.value("wires", Json::object());
  if (!wires.is_object()) return wrong("wires", "an object is expected");
  std::size_t used = 0;
  for (std::size_t k = 0; k < made.steps.size(); ++k) {
    Step& step = made.steps[k];
    for (const auto& field : made.predictors[step.predictor].signature.fields()) {
      if (field.role != Role::input) continue;
      Wire wire{Wire::program_input, field.name};
      const std::string target = format("{}.{}", {step.name, field.name});
      if (const auto given = wires.find(target); given != wires.end()) {
        const std::string where = format("wires[\"{}\"]", {target});
        if (!given->is_string()) return wrong(where, "\"step.output\" or the name of an input is expected");
        auto read = wire_from(given->get_ref<const std::string&>(), made.steps, k, made.predictors, where);
        if (!read) return read.error();
        wire = std::move(*read);
        ++used;
      } else {
        for (std::size_t earlier = 0; earlier < k; ++earlier)
          for (const auto& output : made.predictors[made.steps[earlier].predictor].signature.fields())
            if (output.role == Role::output && output.name == field.name) wire.step = earlier;
      }
      if (wire.step == Wire::program_input) need(wire.field);
      step.inputs.emplace_back(field.name, std::move(wire));
    }
  }
  if (used != wires.size())
    for (const auto& [target, source] : members(wires)) {
      const auto known = std::any_of(made.steps.begin(), made.steps.end(), [&](const Step& step) {
        return std::any_of(step.inputs.begin(), step.inputs.end(),
                           [&](auto& input) { return step.name + "." + input.first == target; });
      });
      if (!known) return wrong(format("wires[\"{}\"]", {target}), "no step has this input");
    }

  if (json.contains("outputs")) {
    const Json& outputs = json["outputs"];
    if (!outputs.is_object() || outputs.empty())
      return wrong("outputs", "an object name -> \"step.output\" is expected");
    for (const auto& [name, source] : members(outputs)) {
      const std::string where = format("outputs[\"{}\"]", {name});
      if (!source.is_string()) return wrong(where, "\"step.output\" is expected");
      auto wire =
          wire_from(source.get_ref<const std::string&>(), made.steps, made.steps.size(), made.predictors, where);
      if (!wire) return wire.error();
      if (wire->step == Wire::program_input) need(wire->field);
      made.outputs.emplace_back(name, std::move(*wire));
    }
  } else {
    const std::size_t last = made.steps.size() - 1;
    for (const auto& field : made.predictors[made.steps[last].predictor].signature.fields())
      if (field.role == Role::output) made.outputs.emplace_back(field.name, Wire{last, field.name});
  }
  return Program(std::move(made));
}

Json Program::to_json() const { return shared_->structure; }

Program Program::with(std::vector<Predictor> predictors) const {
  Shared made = *shared_;
  made.predictors = std::move(predictors);
  return Program(std::move(made));
}

Program Program::reset() const {
  auto predictors = shared_->predictors;
  for (auto& predictor : predictors) predictor.demos.clear();
  return with(std::move(predictors));
}

}  // namespace strop
