// DSPy's edits of signatures.
#include <strop/program/program.hpp>
#include <strop/text/format.hpp>

#include "described.hpp"
#include "json_io.hpp"

namespace strop::surface {
namespace {

Result<Signature> read_signature(const Json& given) {
  const auto program = Program::from_json(Object().set("module", "Predict").set("signature", given));
  if (!program) return program.error();
  return program->predictors()[0].signature;
}

/// A field as in a signature's JSON, whose type may use the names that the signature was given.
Result<Field> read_field(Json field, const Json& types) {
  Json fields = Json::array();
  fields.push_back(std::move(field));
  Json alone = Object().set("fields", std::move(fields));
  if (!types.is_null()) alone["types"] = types;
  auto read = signature_from_json(alone);
  if (!read) return read.error();
  return read->fields()[0];
}

Result<Signature> update(const Signature& signature, const Json& edit, const Json& types) {
  const std::string name = text_member(edit, "name");
  const Json now = to_json(signature);
  Json names = types;  // and those that schemas of its fields brought along
  if (const Json& own = member(now, "types"); own.is_object())
    for (const auto& [key, value] : members(own)) names[key] = value;
  for (const Json& known : member(now, "fields")) {
    if (member(known, "name") != name) continue;
    Json changed = known;
    for (const auto& [key, value] : members(member(edit, "field"))) {
      if (key == "name" || key == "dir") return bad_input("an update changes neither name nor dir of a field");
      if (key == "type") changed.erase("schema");  // one of the two says what the field is
      if (key == "schema") changed.erase("type");
      changed[key] = value;
    }
    auto field = read_field(std::move(changed), names);
    if (!field) return field.error();
    return signature.with_updated_field(std::move(*field));
  }
  return signature.with_updated_field(Field{.name = name});  // which says what there is
}

Result<Signature> insert(const Signature& signature, const Json& edit, const Json& types) {
  const Json& index = member(edit, "index");
  if (!index.is_number_integer()) return bad_input("the \"index\" of a new field is a whole number");
  auto field = read_field(member(edit, "field"), types);
  if (!field) return field.error();
  return signature.insert(index.get<std::ptrdiff_t>(), std::move(*field));
}

Result<Signature> apply(const Signature& signature, const Json& edit, const Json& types) {
  const std::string kind = text_member(edit, "edit");
  if (kind == "withInstructions") return signature.with_instructions(text_member(edit, "instructions"));
  if (kind == "appendInstructions") return signature.append_instructions(text_member(edit, "instructions"));
  if (kind == "withUpdatedFields") return update(signature, edit, types);
  if (kind == "insert") return insert(signature, edit, types);
  if (kind == "delete") return signature.remove(text_member(edit, "name"));
  return bad_input(format("there is no edit \"{}\"", {kind}));
}

}  // namespace

Reply edit_signature(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  const Json& given = member(*json, "signature");
  auto signature = read_signature(given);
  if (!signature) return signature.error();
  for (const Json& edit : member(*json, "edits")) {
    signature = apply(*signature, edit, member(given, "types"));
    if (!signature) return signature.error();
  }
  return json_reply(described(*signature));
}

}  // namespace strop::surface
