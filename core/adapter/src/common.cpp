#include "common.hpp"

#include <algorithm>
#include <strop/schema/parse_value.hpp>
#include <strop/schema/read_value.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/format.hpp>
#include <strop/text/utf8.hpp>
#include <utility>

namespace strop::detail {

const Json* member(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  for (const auto& [name, value] : object.get_ref<const Json::object_t&>()) {
    if (name == key) return &value;
  }
  return nullptr;
}

SortedDemos sort_demos(const Signature& signature, const std::vector<Json>& demos) {
  SortedDemos sorted;
  for (const Json& demo : demos) {
    const auto given = [&](const Field& field) { return member(demo, field.name) != nullptr; };
    const auto known = [&](const Field& field) {
      const Json* value = member(demo, field.name);
      return value && !value->is_null();
    };
    const auto inputs = signature.inputs(), outputs = signature.outputs();
    if (std::all_of(signature.fields().begin(), signature.fields().end(), known))
      sorted.complete.push_back(&demo);
    else if (std::any_of(inputs.begin(), inputs.end(), given) && std::any_of(outputs.begin(), outputs.end(), given)) {
      sorted.incomplete.push_back(&demo);
    }
  }
  return sorted;
}

bool is_echo(const Field& field, std::string_view value) {
  if (value.starts_with('$')) value.remove_prefix(1);
  if (!value.starts_with('{') || value.substr(1, field.name.size()) != field.name) return false;
  return value.substr(1 + field.name.size()) == "}" || value == placeholder(field);
}

std::size_t Outputs::count() const {
  return static_cast<std::size_t>(std::count_if(values_.begin(), values_.end(), [](const auto& v) { return !!v; }));
}

Result<Json> read_output(const Field& field, const Json& value, Reading reading) {
  if (reading == Reading::dspy) return parse_value(value, field.type);
  if (value.is_string() && is_echo(field, value.get_ref<const std::string&>()))
    return Failure{"bad_value", "it only repeats its placeholder"};
  return read_value(value, field.type);
}

bool Outputs::read(std::size_t index, const Json& value) {
  const Field& field = fields()[index];
  const bool missing = reading_ == Reading::tolerant && value.is_null() && !validate(value, field.type);
  return missing || set(index, read_output(field, value, reading_));
}

bool Outputs::set(std::size_t index, Result<Json> value) {
  if (value) {
    values_[index] = std::move(*value);
    return true;
  }
  fail(format("the field '{}' is wrong: {}", {fields()[index].name, value.error().message}));
  return false;
}

void Outputs::fail(std::string what) {
  if (what_.empty()) what_ = std::move(what);
}

void Outputs::add_stranger(std::string_view name) {
  constexpr std::size_t most = 5, longest = 40;
  std::string text = shortened(name, longest);
  if (strangers_.size() < most && std::find(strangers_.begin(), strangers_.end(), text) == strangers_.end())
    strangers_.push_back(std::move(text));
}

Failure Outputs::failure(std::string_view what) const {
  constexpr std::size_t quoted = 500;
  std::string expected, found, strangers;
  const auto outputs = fields();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    expected += format("{}{} ({})", {i > 0 ? ", " : "", outputs[i].name, display_name(outputs[i].type)});
    if (has(i)) found += format("{}{}", {found.empty() ? "" : ", ", outputs[i].name});
  }
  for (const std::string& name : strangers_) strangers += format("{}'{}'", {strangers.empty() ? "" : ", ", name});
  if (!strangers.empty()) strangers = format(", and {} of no output", {strangers});
  return {"adapter_parse", format("The {} adapter cannot read the reply: {}. Expected: {}. Found: {}{}. Reply: {}",
                                  {adapter_, what, expected, found.empty() ? "nothing" : found, strangers,
                                   reply_.empty() ? "(empty)" : shortened(reply_, quoted)})};
}

const Field* Outputs::missing() const {
  const auto outputs = fields();
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (!has(i) && !outputs[i].default_value && !allows_none(outputs[i].type)) return &outputs[i];
  return nullptr;
}

Result<Json> Outputs::finish() && {
  if (!what_.empty()) return failure(what_);
  if (const Field* field = missing()) return failure(format("the field '{}' is missing", {field->name}));
  Json result = Json::object();
  auto& members = static_cast<Json::object_t::Container&>(result.get_ref<Json::object_t&>());
  members.reserve(values_.size());
  const auto outputs = signature_->outputs();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Field& field = outputs[i];
    if (has(i))
      members.emplace_back(field.name, std::move(*values_[i]));
    else
      members.emplace_back(field.name, field.default_value ? *field.default_value : Json());
  }
  return result;
}

bool Best::take(Outputs outputs) {
  const bool refused = outputs.refused();
  const std::size_t worth = 2 * outputs.count() + (outputs.has_strangers() ? 1 : 0);  // for the message
  Result<Json> result = std::move(outputs).finish();
  const bool done = refused || result;
  if (!done && result_ && worth <= worth_) return false;
  result_ = std::move(result);
  worth_ = worth;
  return done;
}

}  // namespace strop::detail

namespace strop {

std::optional<Reading> reading_named(std::string_view name) {
  if (name.empty()) return Reading::tolerant;
  return name == "dspy" ? std::optional(Reading::dspy) : std::nullopt;
}

const Adapter* adapter_named(std::string_view name) {
  if (name == "chat") return &chat_adapter();
  if (name == "compact") return &compact_adapter();
  if (!has_all) return nullptr;
  for (const Adapter* adapter : {&json_adapter(), &xml_adapter(), &baml_adapter(), &two_step_adapter()}) {
    if (adapter->name() == name) return adapter;
  }
  return nullptr;
}

}  // namespace strop
