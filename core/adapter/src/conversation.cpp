#include "conversation.hpp"

#include <strop/text/python_text.hpp>
#include <strop/value/python_value.hpp>

#include "common.hpp"

namespace strop::detail {
namespace {

void append_descriptions(std::string& text, std::span<const Field> fields) {
  std::string list;
  std::size_t number = 0;
  for (const Field& field : fields) {
    if (number > 0) list += '\n';
    ((list += std::to_string(++number)) += ". `") += field.name;
    ((list += "` (") += display_name(field.type)) += "): ";
    if (const std::string desc = description_of(field); desc != "${" + field.name + "}") list += desc;
    if (const std::string constraints = constraints_text(field); !constraints.empty())
      (list += "\nConstraints: ") += constraints;
  }
  text += python_rstrip(list);
}

void append_task(std::string& text, const Signature& signature) {
  text += "In adhering to this structure, your objective is: ";
  const std::string instructions = dedent(signature.instructions());
  for (const std::string_view line : python_splitlines(instructions)) (text += "\n        ") += line;
}

}  // namespace

void right_strip(std::string& text) { text.resize(python_rstrip(text).size()); }

void append_header(std::string& text, std::string_view name) { ((text += "[[ ## ") += name) += " ## ]]"; }

void append_placeholders(std::string& text, std::span<const Field> fields) {
  const char* gap = "";
  for (const Field& field : fields) {
    append_header(text += gap, field.name);
    (text += '\n') += placeholder(field);
    gap = "\n\n";
  }
}

void append_type_note(std::string& text, const Field& field) {
  if (!field.type.is_str()) ((text += " (must be formatted as a valid Python ") += display_name(field.type)) += ')';
}

void Conversation::append_input(std::string& text, const Field& field, const Json& value) const {
  append_header(text, field.name);
  append_value(text += '\n', value, field.type.is_str());
}

void Conversation::append_inputs(std::string& text, const Signature& signature, const Json& values) const {
  for (const Field& field : signature.inputs()) {
    const Json* value = member(values, field.name);
    if (!value) continue;
    if (!text.empty()) text += "\n\n";
    append_input(text, field, *value);
  }
}

Message Conversation::user_message(const Signature& signature, const Json& demo, std::string prefix) const {
  std::string text = std::move(prefix);
  text.reserve(typical_message);
  append_inputs(text, signature, demo);
  right_strip(text);
  return {"user", std::move(text)};
}

Prompt Conversation::stable(const Signature& signature, const std::vector<Json>& demos) const {
  std::string system = "Your input fields are:\n";
  append_descriptions(system, signature.inputs());
  append_descriptions(system += "\nYour output fields are:\n", signature.outputs());
  system += "\nAll interactions will be structured in the following way, with the appropriate values filled in.\n\n";
  append_structure(system, signature);
  append_task(system += '\n', signature);

  const SortedDemos sorted = sort_demos(signature, demos);
  Prompt prompt;
  prompt.messages.reserve(1 + 2 * demos.size());
  prompt.messages.push_back({"system", std::move(system)});
  const auto add = [&](const Json& demo, const char* prefix) {
    prompt.messages.push_back(user_message(signature, demo, prefix));
    prompt.messages.push_back({"assistant", reply(signature, demo)});
  };
  for (const Json* demo : sorted.incomplete)
    add(*demo, "This is an example of the task, though some input or output fields are not supplied.");
  for (const Json* demo : sorted.complete) add(*demo, "");
  return prompt;
}

Prompt Conversation::call(const Signature& signature, const Json& inputs) const {
  std::string text;
  append_inputs(text, signature, inputs);
  if (!text.empty()) text += "\n\n";
  append_requirements(text, signature);
  Prompt prompt;
  prompt.messages.push_back({"user", std::move(text)});
  return prompt;
}

}  // namespace strop::detail
