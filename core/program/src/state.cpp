#include <strop/program/state.hpp>
#include <strop/text/python_text.hpp>
#include <strop/value/dump_json.hpp>

namespace strop {
namespace {

Failure wrong(std::string where, std::string what) { return {"state", std::move(where) + ": " + std::move(what)}; }

bool flat(const Program& program) { return program.predictors().size() == 1 && program.predictors()[0].path == "self"; }

/// The member, which must be there.
Result<Json> member(const Json& object, const char* name, const std::string& where) {
  const auto found = object.find(name);
  if (found == object.end()) return wrong(where, "\"" + std::string(name) + "\" is missing");
  return *found;
}

Result<Predictor> with_state(Predictor predictor, const Json& state, const std::string& where) {
  if (!state.is_object()) return wrong(where, "an object is expected");
  auto signature = member(state, "signature", where);
  if (!signature) return signature.error();
  auto lm = member(state, "lm", where);
  if (!lm) return lm.error();
  if (state.contains("extended_signature"))
    return wrong(where, "was saved by DSPy 2.5 or earlier; save it again with a later one");
  if (lm->is_object() && lm->contains("_dspy_lm_class") && (*lm)["_dspy_lm_class"] != "dspy.clients.lm.LM")
    return wrong(where + ".lm",
                 "the model is of a class of its own; only settings of dspy.clients.lm.LM are taken, as in DSPy");
  if (!signature->is_object()) return wrong(where + ".signature", "an object is expected");
  auto instructions = member(*signature, "instructions", where + ".signature");
  if (!instructions) return instructions.error();
  auto fields = member(*signature, "fields", where + ".signature");
  if (!fields) return fields.error();
  if (!instructions->is_string()) return wrong(where + ".signature.instructions", "a text is expected");
  if (!fields->is_array()) return wrong(where + ".signature.fields", "a list is expected");

  std::vector<Field> known = predictor.signature.fields();
  if (fields->size() != known.size())
    return wrong(where + ".signature.fields", "the saved program has " + std::to_string(fields->size()) +
                                                  " fields and this signature " + std::to_string(known.size()) +
                                                  "; they go by position, so it is another program");
  for (std::size_t k = 0; k < known.size(); ++k) {
    const Json& field = (*fields)[k];
    const std::string at = where + ".signature.fields[" + std::to_string(k) + "]";
    for (const char* key : {"prefix", "description"})
      if (!field.is_object() || !field.contains(key) || !field[key].is_string())
        return wrong(at, "\"" + std::string(key) + "\" is missing");
    known[k].desc = field["description"].get<std::string>();
    known[k].prefix = field["prefix"].get<std::string>();
  }
  predictor.signature = Signature(std::move(known), cleandoc(instructions->get_ref<const std::string&>()));

  predictor.demos.clear();
  if (const auto demos = state.find("demos"); demos != state.end()) {
    if (!demos->is_array()) return wrong(where + ".demos", "a list is expected");
    for (std::size_t k = 0; k < demos->size(); ++k) {
      if (!(*demos)[k].is_object()) return wrong(where + ".demos[" + std::to_string(k) + "]", "an object is expected");
      predictor.demos.push_back((*demos)[k]);
    }
  }
  predictor.lm = std::move(*lm);
  return predictor;
}

}  // namespace

Json predictor_state(const Predictor& predictor) {
  Json fields = Json::array();
  for (const auto& field : predictor.signature.fields())
    fields.push_back({{"prefix", label_of(field)}, {"description", description_of(field)}});
  Json demos = Json::array();
  for (const auto& demo : predictor.demos) demos.push_back(demo);
  return {{"traces", Json::array()},
          {"train", Json::array()},
          {"demos", std::move(demos)},
          {"signature", {{"instructions", predictor.signature.instructions()}, {"fields", std::move(fields)}}},
          {"lm", predictor.lm}};
}

std::string state_json(const Program& program, StateFormat format, const Json& versions) {
  Json state = Json::object();
  if (flat(program)) {
    state = predictor_state(program.predictors()[0]);
  } else {
    for (const auto& predictor : program.predictors()) state[predictor.path] = predictor_state(predictor);
  }
  state["metadata"] = {{"dependency_versions", versions}};
  if (format == StateFormat::strop) state["metadata"]["strop"] = {{"version", 1}, {"program", program.to_json()}};
  return dump_json(state, JsonStyle::indented) + "\n";
}

Result<Program> load_state(const Program& program, const Json& state) {
  if (!state.is_object()) return wrong("the saved program", "an object is expected");
  const auto metadata = state.find("metadata");
  if (metadata == state.end() || !metadata->is_object() || !metadata->contains("dependency_versions"))
    return wrong("metadata.dependency_versions", "is missing; DSPy does not load a file without it");
  std::vector<Predictor> loaded;
  for (const auto& predictor : program.predictors()) {
    const bool whole = flat(program);
    const auto found = whole ? state.end() : state.find(predictor.path);
    if (!whole && found == state.end()) {
      std::string known;
      for (const auto& [path, value] : state.items())
        if (path != "metadata") known += (known.empty() ? "" : ", ") + path;
      return wrong("the saved program",
                   "has no predictor \"" + predictor.path + "\"; it has " + (known.empty() ? "none" : known));
    }
    auto made = with_state(predictor, whole ? state : *found, whole ? "the saved program" : predictor.path);
    if (!made) return made.error();
    loaded.push_back(std::move(*made));
  }
  return program.with(std::move(loaded));
}

Result<Program> program_from_state(const Json& state) {
  const auto structure = [&]() -> const Json* {
    if (!state.is_object() || !state.contains("metadata") || !state["metadata"].is_object()) return nullptr;
    const Json& metadata = state["metadata"];
    if (!metadata.contains("strop") || !metadata["strop"].is_object() || !metadata["strop"].contains("program"))
      return nullptr;
    return &metadata["strop"]["program"];
  }();
  if (!structure)
    return wrong("metadata.strop.program",
                 "is missing: a file saved by DSPy says nothing of names and types, so give the signature");
  auto program = Program::from_json(*structure);
  if (!program) return program.error();
  return load_state(*program, state);
}

}  // namespace strop
