#include <strop/program/state.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>

namespace strop {
namespace {

Failure wrong(std::string_view where, std::string_view what) { return {"state", format("{}: {}", {where, what})}; }

bool flat(const Program& program) { return program.predictors().size() == 1 && program.predictors()[0].path == "self"; }

std::optional<Failure> missing(const Json& object, std::string_view name, std::string_view where) {
  if (object.contains(name)) return std::nullopt;
  return wrong(where, format("\"{}\" is missing", {name}));
}

Result<Predictor> with_state(Predictor predictor, const Json& state, const std::string& where) {
  if (!state.is_object()) return wrong(where, "an object is expected");
  for (const char* name : {"signature", "lm"})
    if (auto failure = missing(state, name, where)) return std::move(*failure);
  const Json &signature = state["signature"], &lm = state["lm"];
  if (state.contains("extended_signature"))
    return wrong(where, "was saved by DSPy 2.5 or earlier; save it again with a later one");
  if (lm.is_object() && lm.contains("_dspy_lm_class") && lm["_dspy_lm_class"] != "dspy.clients.lm.LM")
    return wrong(format("{}.lm", {where}),
                 "the model is of a class of its own; only settings of dspy.clients.lm.LM are taken, as in DSPy");
  const std::string inside = format("{}.signature", {where});
  if (!signature.is_object()) return wrong(inside, "an object is expected");
  for (const char* name : {"instructions", "fields"})
    if (auto failure = missing(signature, name, inside)) return std::move(*failure);
  const Json &instructions = signature["instructions"], &fields = signature["fields"];
  if (!instructions.is_string()) return wrong(format("{}.instructions", {inside}), "a text is expected");
  if (!fields.is_array()) return wrong(format("{}.fields", {inside}), "a list is expected");

  std::vector<Field> known = predictor.signature.fields();
  if (fields.size() != known.size())
    return wrong(
        format("{}.fields", {inside}),
        format("the saved program has {} fields and this signature {}; they go by position, so it is another program",
               {fields.size(), known.size()}));
  for (std::size_t k = 0; k < known.size(); ++k) {
    const Json& field = fields[k];
    const std::string at = format("{}.fields[{}]", {inside, k});
    for (const char* key : {"prefix", "description"})
      if (!member(field, key).is_string()) return wrong(at, format("\"{}\" is missing", {key}));
    known[k].desc = field["description"].get<std::string>();
    known[k].prefix = field["prefix"].get<std::string>();
  }
  predictor.signature = Signature(std::move(known), cleandoc(instructions.get_ref<const std::string&>()));

  predictor.demos.clear();
  if (const auto demos = state.find("demos"); demos != state.end()) {
    if (!demos->is_array()) return wrong(format("{}.demos", {where}), "a list is expected");
    for (std::size_t k = 0; k < demos->size(); ++k) {
      if (!(*demos)[k].is_object()) return wrong(format("{}.demos[{}]", {where, k}), "an object is expected");
      predictor.demos.push_back((*demos)[k]);
    }
  }
  predictor.lm = lm;
  return predictor;
}

}  // namespace

Json predictor_state(const Predictor& predictor) {
  Json fields = Json::array();
  for (const auto& field : predictor.signature.fields())
    fields.push_back(Object().set("prefix", label_of(field)).set("description", description_of(field)));
  Json demos = Json::array();
  for (const auto& demo : predictor.demos) demos.push_back(demo);
  return Object()
      .set("traces", Json::array())
      .set("train", Json::array())
      .set("demos", std::move(demos))
      .set("signature",
           Object().set("instructions", predictor.signature.instructions()).set("fields", std::move(fields)))
      .set("lm", predictor.lm);
}

std::string state_json(const Program& program, StateFormat format, const Json& versions) {
  Json state = Json::object();
  if (flat(program)) {
    state = predictor_state(program.predictors()[0]);
  } else {
    for (const auto& predictor : program.predictors()) state[predictor.path] = predictor_state(predictor);
  }
  state["metadata"] = Object().set("dependency_versions", versions);
  if (format == StateFormat::strop)
    state["metadata"]["strop"] = Object().set("version", 1).set("program", program.to_json());
  return dump_json(state, JsonStyle::indented) + "\n";
}

Result<Program> load_state(const Program& program, const Json& state) {
  if (!state.is_object()) return wrong("the saved program", "an object is expected");

  if (!member(state, "metadata").contains("dependency_versions"))
    return wrong("metadata.dependency_versions", "is missing; DSPy does not load a file without it");
  std::vector<Predictor> loaded;
  for (const auto& predictor : program.predictors()) {
    const bool whole = flat(program);
    const auto found = whole ? state.end() : state.find(predictor.path);
    if (!whole && found == state.end()) {
      std::string known;
      for (const auto& [path, value] : members(state))
        if (path != "metadata") known += (known.empty() ? "" : ", ") + path;
      return wrong("the saved program",
                   format("has no predictor \"{}\"; it has {}", {predictor.path, known.empty() ? "none" : known}));
    }
    auto made = with_state(predictor, whole ? state : *found, whole ? "the saved program" : predictor.path);
    if (!made) return made.error();
    loaded.push_back(std::move(*made));
  }
  return program.with(std::move(loaded));
}

Result<Program> program_from_state(const Json& state) {
  const Json& own = member(member(state, "metadata"), "strop");
  if (!own.contains("program"))
    return wrong("metadata.strop.program",
                 "is missing: a file saved by DSPy says nothing of names and types, so give the signature");
  auto program = Program::from_json(own["program"]);
  if (!program) return program.error();
  return load_state(*program, state);
}

}  // namespace strop
