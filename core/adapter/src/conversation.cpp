#include "conversation.hpp"

#include <algorithm>
#include <strop/schema/class_type.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/python_value.hpp>

#include "common.hpp"

namespace strop::detail {
namespace {

std::string type_description(const Type& type) {
  switch (type.kind) {
    case Type::Kind::document:
      return "A document containing text content that can be referenced and cited. "
             "Include the full text content and optionally a title for proper referencing.";
    case Type::Kind::citations:
      return "Citations with quoted text and source references. "
             "Include the exact text being cited and information about its source.";
    case Type::Kind::tool_calls:
      return "Tool calls must be a JSON object with `tool_calls`, a list of calls. Each call must include `name` and "
             "`args`. Example: {\"tool_calls\": [{\"name\": \"search\", \"args\": {\"query\": \"cats\"}}]}";
    case Type::Kind::code: {
      const std::string language = type.name.empty() ? "python" : type.name.substr(std::string_view("Code_").size());
      return format(
          "Code represented in a string, specified in the `code` field. If this is an output field, the code field "
          "should follow the markdown code block format, e.g. \n```{}\n{}\n```\nProgramming language: {}",
          {ascii_lower(language), "{code}", language});
    }
    case Type::Kind::named:
      return type.definition->kind == ClassType::Kind::block ? type.definition->description : "";
    default:
      return "";
  }
}

/// DSPy's descriptions of its own types, wherever they occur but in classes.
void append_type_descriptions(std::string& text, const Type& type) {
  for (const Type& argument : type.arguments) append_type_descriptions(text, argument);
  const std::string description = type_description(type);
  if (description.empty()) return;
  ((text += "\n    Type description of ") += display_name(type)) += ": ";
  text += description;
}

void append_task(std::string& text, const Signature& signature) {
  text += "In adhering to this structure, your objective is: ";
  const std::string instructions = dedent(signature.instructions());
  for (const std::string_view line : python_splitlines(instructions)) (text += "\n        ") += line;
}

}  // namespace

void append_descriptions(std::string& text, std::span<const Field> fields) {
  std::string list;
  std::size_t number = 0;
  for (const Field& field : fields) {
    if (number > 0) list += '\n';
    ((list += std::to_string(++number)) += ". `") += field.name;
    ((list += "` (") += display_name(field.type)) += "): ";
    if (const std::string desc = description_of(field); desc != "${" + field.name + "}") list += desc;
    if (has_all) append_type_descriptions(list, field.type);
    if (const std::string constraints = constraints_text(field); !constraints.empty())
      (list += "\nConstraints: ") += constraints;
  }
  text += python_rstrip(list);
}

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
  if (field.type.kind == Type::Kind::tool_calls) {
    text += " (must be a JSON object like {\"tool_calls\": [{\"name\": \"...\", \"args\": {...}}]})";
    return;
  }
  if (!field.type.is_str()) ((text += " (must be formatted as a valid Python ") += display_name(field.type)) += ')';
}

void Conversation::append_input(Content& content, const Field& field, const Json& value) const {
  append_header(content.text, field.name);
  content.text += '\n';
  append_field_value(content, field, value);
}

void Conversation::append_inputs(Content& content, const Signature& signature, const Json& values) const {
  for (const Field& field : signature.inputs()) {
    const Json* value = member(values, field.name);
    if (!value) continue;
    if (!content.text.empty()) content.text += "\n\n";
    append_input(content, field, *value);
  }
}

Message Conversation::user_message(const Signature& signature, const Json& values, std::string prefix,
                                   bool main_request) const {
  Content content{std::move(prefix)};
  content.text.reserve(typical_message);
  append_inputs(content, signature, values);
  if (main_request) {
    if (!content.text.empty()) content.text += "\n\n";
    append_requirements(content.text, signature);
  } else {
    content.right_strip();
  }
  return {"user", std::move(content).finish()};
}

Prompt Conversation::stable(const Signature& signature, const std::vector<Json>& demos) const {
  std::string system = "Your input fields are:\n";
  append_descriptions(system, signature.inputs());
  append_descriptions(system += "\nYour output fields are:\n", signature.outputs());
  system += "\nAll interactions will be structured in the following way, with the appropriate values filled in.\n\n";
  append_structure(system, signature);
  append_task(system += '\n', signature);

  const Json not_supplied = "Not supplied for this particular example. ";
  const SortedDemos sorted = sort_demos(signature, demos);
  Prompt prompt;
  prompt.messages.reserve(1 + 2 * demos.size());
  prompt.messages.push_back({"system", std::move(system)});
  const auto add = [&](const Json& demo, const char* prefix) {
    prompt.messages.push_back(user_message(signature, demo, prefix, false));
    prompt.messages.push_back({"assistant", reply(signature, demo, not_supplied)});
  };
  for (const Json* demo : sorted.incomplete) add(*demo, incomplete_demo);
  for (const Json* demo : sorted.complete) add(*demo, "");
  return prompt;
}

Prompt Conversation::call(const Signature& signature, const Json& inputs, const CallOptions& options) const {
  Prompt prompt;
  for (const Field& field : signature.inputs()) {
    if (!has_all || field.type.kind != Type::Kind::history) continue;
    const Signature rest = signature.remove(field.name);
    if (const Json* history = member(inputs, field.name)) append_history(prompt.messages, rest, *history, options);
    prompt.messages.push_back(user_message(rest, inputs, "", true));
    return prompt;
  }
  prompt.messages.push_back(user_message(signature, inputs, "", true));
  return prompt;
}

}  // namespace strop::detail
