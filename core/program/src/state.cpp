#include <algorithm>
#include <map>
#include <strop/program/lm_state.hpp>
#include <strop/program/state.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/format.hpp>
#include <strop/text/infer_prefix.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>

namespace strop {
namespace {

Failure wrong(std::string_view where, std::string_view what) { return {"state", format("{}: {}", {where, what})}; }

/// What a file says, for a message.
std::string shown(std::string_view text) { return shortened(text, 80); }

bool flat(const Program& program) { return program.predictors().size() == 1 && program.predictors()[0].path == "self"; }

std::optional<Failure> missing(const Json& object, std::string_view name, std::string_view where) {
  if (object.contains(name)) return std::nullopt;
  return wrong(where, format("\"{}\" is missing", {name}));
}

/// The name that a default description, "${name}", tells; empty where there is none.
std::string_view told_name(std::string_view description) {
  if (!description.starts_with("${") || !description.ends_with('}')) return {};
  return description.substr(2, description.size() - 3);
}

/// The name of the field that the file has at a place where the signature has `known`; empty where it may be the same
/// one. A description that was never changed tells it, and so does a label that is another field's.
std::string other_field(const Signature& signature, const Field& known, const std::string& prefix,
                        const std::string& description) {
  if (prefix == label_of(known) || description == description_of(known)) return {};
  if (const auto told = told_name(description); !told.empty() && prefix == infer_prefix(told) + ":")
    return std::string(told);
  for (const Field& field : signature.fields())
    if (prefix == label_of(field)) return field.name;
  return {};
}

std::optional<Failure> unusable(const Json& state, const std::string& where) {
  if (!state.is_object()) return wrong(where, "an object is expected");
  for (const char* name : {"signature", "lm"})
    if (auto failure = missing(state, name, where)) return failure;
  if (state.contains("extended_signature"))
    return wrong(where, "was saved by DSPy 2.5 or earlier; save it again with a later one");
  if (const auto criteria = state.find("fields");
      criteria != state.end() && !(criteria->is_object() && criteria->empty()))
    return wrong(format("{}.fields", {where}), "there are no outputs with criteria here");
  return std::nullopt;
}

Result<Signature> with_saved(const Signature& signature, const Json& saved, const std::string& where,
                             const LoadRules& rules) {
  if (!saved.is_object()) return wrong(where, "an object is expected");
  for (const char* name : {"instructions", "fields"})
    if (auto failure = missing(saved, name, where)) return std::move(*failure);
  const Json &instructions = saved["instructions"], &fields = saved["fields"];
  if (!instructions.is_string()) return wrong(format("{}.instructions", {where}), "a text is expected");
  if (!fields.is_array()) return wrong(format("{}.fields", {where}), "a list is expected");

  std::vector<Field> known = signature.fields();
  if (!rules.by_position && fields.size() != known.size())
    return wrong(format("{}.fields", {where}),
                 format("the saved program has {} fields and this signature ({}) has {}; they go by position, so it is "
                        "another program",
                        {fields.size(), signature_text(signature), known.size()}));
  for (std::size_t k = 0; k < std::min(known.size(), fields.size()); ++k) {
    const std::string at = format("{}.fields[{}]", {where, k});
    for (const char* key : {"prefix", "description"})
      if (!member(fields[k], key).is_string()) return wrong(at, format("the text \"{}\" is missing", {key}));
    const auto &prefix = fields[k]["prefix"].get_ref<const std::string&>(),
               &description = fields[k]["description"].get_ref<const std::string&>();
    if (!rules.by_position)
      if (const auto other = other_field(signature, signature.fields()[k], prefix, description); !other.empty())
        return wrong(at, format("the saved program has \"{}\" ({}) where this signature has \"{}\" ({})",
                                {shown(other), shown(prefix), known[k].name, label_of(known[k])}));
    known[k].desc = description;
    known[k].prefix = prefix;
  }
  return Signature(std::move(known), cleandoc(instructions.get_ref<const std::string&>()));
}

/// As DSPy loads it: with versions, of nothing but what DSPy writes the versions of.
std::optional<Failure> bad_metadata(const Json& metadata) {
  const Json& versions = member(metadata, "dependency_versions");
  if (!versions.is_object())
    return wrong("metadata.dependency_versions", "is missing; DSPy does not load a file without it");
  for (const auto& [name, version] : members(versions))
    if (name != "python" && name != "dspy" && name != "cloudpickle")
      return wrong("metadata.dependency_versions", format("DSPy does not know \"{}\"", {shown(name)}));
  return std::nullopt;
}

/// The first predictors of a file, for a message.
std::string paths_in(const Json& state) {
  constexpr std::size_t most = 16;
  std::string paths;
  std::size_t count = 0;
  for (const auto& [path, value] : members(state)) {
    if (path == "metadata") continue;
    if (++count > most) return paths + ", …";
    (paths += paths.empty() ? "" : ", ") += shown(path);
  }
  return paths.empty() ? "none" : paths;
}

}  // namespace

Result<Predictor> load_predictor(Predictor predictor, const Json& state, const std::string& where,
                                 const LoadRules& rules) {
  if (auto failure = unusable(state, where)) return std::move(*failure);
  auto signature = with_saved(predictor.signature, state["signature"], format("{}.signature", {where}), rules);
  if (!signature) return signature.error();
  predictor.signature = std::move(*signature);

  predictor.demos.clear();
  if (const auto demos = state.find("demos"); demos != state.end()) {
    if (!demos->is_array()) return wrong(format("{}.demos", {where}), "a list is expected");
    for (std::size_t k = 0; k < demos->size(); ++k) {
      if (!(*demos)[k].is_object()) return wrong(format("{}.demos[{}]", {where, k}), "an object is expected");
      predictor.demos.push_back((*demos)[k]);
    }
  }
  if (!has_all && !state["lm"].is_null()) return needs_all();
  auto lm = lm_state(state["lm"], {rules.unsafe_lm, rules.warnings});
  if (!lm) return wrong(where, lm.error().message);
  predictor.lm = std::move(*lm);
  return predictor;
}

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

Result<Program> load_state(const Program& program, const Json& state, const LoadRules& rules) {
  constexpr const char* whole_name = "the saved program";
  if (!state.is_object()) return wrong(whole_name, "an object is expected");
  if (auto failure = bad_metadata(member(state, "metadata"))) return std::move(*failure);

  std::vector<Predictor> loaded;
  if (flat(program)) {
    auto made = load_predictor(program.predictors()[0], state, whole_name, rules);
    if (!made) return made.error();
    loaded.push_back(std::move(*made));
    return program.with(std::move(loaded));
  }
  std::map<std::string_view, const Json*> states;  // looked up once each: a file may have any number
  for (const auto& [path, value] : members(state)) states.emplace(path, &value);
  for (const auto& predictor : program.predictors()) {
    const auto found = states.find(predictor.path);
    if (found == states.end())
      return wrong(whole_name, format("has no predictor \"{}\"; it has {}", {predictor.path, paths_in(state)}));
    auto made = load_predictor(predictor, *found->second, predictor.path, rules);
    if (!made) return made.error();
    loaded.push_back(std::move(*made));
  }
  return program.with(std::move(loaded));
}

Result<Program> program_from_state(const Json& state, const LoadRules& rules) {
  const Json& own = member(member(state, "metadata"), "strop");
  if (!own.contains("program"))
    return wrong("metadata.strop.program",
                 "is missing: a file saved by DSPy says nothing of names and types, so give the signature");
  auto program = Program::from_json(own["program"]);
  if (!program) return program.error();
  return load_state(*program, state, rules);
}

}  // namespace strop
