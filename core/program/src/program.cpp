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

struct MadeModule {
  ModuleKind kind;
  Signature signature;
  std::vector<ModulePredictor> predictors;
};

/// The module that `json` says, its kind under `kind_key`.
Result<MadeModule> module_of(const Json& json, const char* kind_key, const std::string& where) {
  if (!json.is_object()) return wrong(where, "an object is expected");
  const std::string named = text_member(json, kind_key);
  const auto kind = module_kind_named(named);
  if (!kind)
    return wrong(where,
                 format("\"{}\" must be \"Predict\", \"ChainOfThought\" or another of DSPy's modules, not \"{}\"",
                        {kind_key, named}));
  auto signature = signature_of(json, where);
  if (!signature) return signature.error();
  auto predictors = module_predictors(*kind, *signature, json);
  if (!predictors) return Failure{predictors.error().code, format("{}: {}", {where, predictors.error().message})};
  return MadeModule{*kind, std::move(*signature), std::move(*predictors)};
}

/// "step.field" or "input".
Result<Wire> wire_from(std::string_view text, const std::vector<Step>& steps, std::size_t before,
                       const std::string& where) {
  const auto dot = text.find('.');
  if (dot == text.npos) return Wire{Wire::program_input, std::string(text)};
  const auto name = text.substr(0, dot), field = text.substr(dot + 1);
  for (std::size_t k = 0; k < before; ++k) {
    if (steps[k].name != name) continue;
    for (const auto& each : steps[k].signature.fields())
      if (each.role == Role::output && each.name == field) return Wire{k, std::string(field)};
    return wrong(where, format("step \"{}\" has no output \"{}\"", {name, field}));
  }
  return wrong(where, format("no earlier step is named \"{}\"; steps run in the order in which they stand", {name}));
}

}  // namespace

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
      const std::string where = format("predictors[\"{}\"]", {path});
      const bool module = spec.is_object() && spec.contains("module");
      const bool known = module || (spec.is_object() && spec.contains("signature"));
      Json plain = known ? spec : static_cast<Json>(Object().set("signature", spec));
      if (!module) plain["module"] = "Predict";
      auto of = module_of(plain, "module", where);
      if (!of) return of.error();
      const std::string wanted = text_member(spec, "predictor");
      const auto found = std::find_if(of->predictors.begin(), of->predictors.end(), [&](const ModulePredictor& each) {
        return wanted.empty() || each.path == wanted;
      });
      if (found == of->predictors.end())
        return wrong(where, format("{} has no predictor \"{}\"", {name(of->kind), wanted}));
      made.predictors.push_back({path, std::move(found->signature), {}, nullptr});
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
    auto of = module_of(module, kind_key, where);
    if (!of) return of.error();
    Step step{name, of->kind, std::move(of->signature), made.predictors.size()};
    if (runs_in_core(of->kind)) step.signature = of->predictors[0].signature;
    for (auto& each : of->predictors) {
      std::string path = name;
      if (!name.empty() && !each.path.empty()) path += '.';
      path += each.path;
      made.predictors.push_back({path.empty() ? "self" : std::move(path), std::move(each.signature), {}, nullptr});
    }
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
    for (const auto& field : step.signature.fields()) {
      if (field.role != Role::input) continue;
      Wire wire{Wire::program_input, field.name};
      const std::string target = format("{}.{}", {step.name, field.name});
      if (const auto given = wires.find(target); given != wires.end()) {
        const std::string where = format("wires[\"{}\"]", {target});
        if (!given->is_string()) return wrong(where, "\"step.output\" or the name of an input is expected");
        auto read = wire_from(given->get_ref<const std::string&>(), made.steps, k, where);
        if (!read) return read.error();
        wire = std::move(*read);
        ++used;
      } else {
        for (std::size_t earlier = 0; earlier < k; ++earlier)
          for (const auto& output : made.steps[earlier].signature.fields())
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
      auto wire = wire_from(source.get_ref<const std::string&>(), made.steps, made.steps.size(), where);
      if (!wire) return wire.error();
      if (wire->step == Wire::program_input) need(wire->field);
      made.outputs.emplace_back(name, std::move(*wire));
    }
  } else {
    const std::size_t last = made.steps.size() - 1;
    for (const auto& field : made.steps[last].signature.fields())
      if (field.role == Role::output) made.outputs.emplace_back(field.name, Wire{last, field.name});
  }
  return Program(std::move(made));
}

std::optional<Failure> Program::unsupported() const {
  for (const Step& step : steps())
    if (!runs_in_core(step.kind))
      return Failure{"unsupported", format("a program with a {}{} cannot be run yet; its predictors can be",
                                           {name(step.kind), step.name.empty() ? "" : " (\"" + step.name + "\")"})};
  return std::nullopt;
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
