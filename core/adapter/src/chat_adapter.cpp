#include <strop/adapter/adapter.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/python_value.hpp>

#include "common.hpp"

namespace strop {
namespace {

constexpr std::string_view end_marker = "[[ ## completed ## ]]";
constexpr std::size_t typical_message = 500;  // bytes

void right_strip(std::string& text) { text.resize(python_rstrip(text).size()); }

void append_header(std::string& text, std::string_view name) { ((text += "[[ ## ") += name) += " ## ]]"; }

void append_section(std::string& text, const Field& field, const Json& value) {
  append_header(text, field.name);
  append_value(text += '\n', value, field.type.is_str());
}

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

void append_structure(std::string& text, std::span<const Field> fields) {
  const char* gap = "";
  for (const Field& field : fields) {
    append_header(text += gap, field.name);
    (text += '\n') += placeholder(field);
    gap = "\n\n";
  }
}

std::string system_message(const Signature& signature) {
  std::string text = "Your input fields are:\n";
  append_descriptions(text, signature.inputs());
  append_descriptions(text += "\nYour output fields are:\n", signature.outputs());
  text += "\nAll interactions will be structured in the following way, with the appropriate values filled in.\n\n";
  append_structure(text, signature.inputs());
  append_structure(text += "\n\n", signature.outputs());
  ((text += "\n\n") += end_marker) += "\nIn adhering to this structure, your objective is: ";
  const std::string instructions = dedent(signature.instructions());
  for (const std::string_view line : python_splitlines(instructions)) (text += "\n        ") += line;
  return text;
}

void append_inputs(std::string& text, const Signature& signature, const Json& values) {
  for (const Field& field : signature.inputs()) {
    const Json* value = detail::member(values, field.name);
    if (!value) continue;
    if (!text.empty()) text += "\n\n";
    append_section(text, field, *value);
  }
}

/// The reminder of the format behind the inputs of the current call.
void append_requirements(std::string& text, const Signature& signature) {
  text += "Respond with the corresponding output fields, starting with the field ";
  const char* then = "";
  for (const Field& field : signature.outputs()) {
    append_header((text += then) += '`', field.name);
    text += '`';
    if (!field.type.is_str()) ((text += " (must be formatted as a valid Python ") += display_name(field.type)) += ')';
    then = ", then ";
  }
  ((text += ", and then ending with the marker for `") += end_marker) += "`.";
}

void append_demo(std::vector<Message>& messages, const Signature& signature, const Json& demo, std::string prefix) {
  std::string user = std::move(prefix);
  user.reserve(typical_message);
  append_inputs(user, signature, demo);
  right_strip(user);

  std::string assistant;
  assistant.reserve(typical_message);
  const char* gap = "";
  for (const Field& field : signature.outputs()) {
    append_header(assistant += gap, field.name);
    assistant += '\n';
    if (const Json* value = detail::member(demo, field.name))
      append_value(assistant, *value, field.type.is_str());
    else
      assistant += "Not supplied for this particular example. ";
    gap = "\n\n";
  }
  right_strip(assistant);
  ((assistant += "\n\n") += end_marker) += '\n';

  messages.push_back({"user", std::move(user)});
  messages.push_back({"assistant", std::move(assistant)});
}

/// The name in a header at the beginning of the line, and its length in characters; empty where there is no header.
std::string_view header_name(std::string_view line, std::size_t& length) {
  constexpr std::string_view open = "[[ ## ", close = " ## ]]";
  if (!line.starts_with(open)) return {};
  std::size_t end = open.size();
  for (std::size_t next = end; next < line.size() && is_word(next_code_point(line, next));) end = next;
  const std::string_view name = line.substr(open.size(), end - open.size());
  if (name.empty() || line.substr(end, close.size()) != close) return {};
  length = open.size() + count_code_points(name) + close.size();
  return name;
}

std::string_view without_characters(std::string_view line, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < line.size(); --count) next_code_point(line, at);
  return line.substr(at);
}

class ChatAdapter final : public Adapter {
 public:
  std::string_view name() const override { return "chat"; }

  Prompt stable(const Signature& signature, const std::vector<Json>& demos) const override {
    const detail::SortedDemos sorted = detail::sort_demos(signature, demos);
    Prompt prompt;
    prompt.messages.reserve(1 + 2 * demos.size());
    prompt.messages.push_back({"system", system_message(signature)});
    for (const Json* demo : sorted.incomplete) {
      append_demo(prompt.messages, signature, *demo,
                  "This is an example of the task, though some input or output fields are not supplied.");
    }
    for (const Json* demo : sorted.complete) append_demo(prompt.messages, signature, *demo, "");
    return prompt;
  }

  Prompt call(const Signature& signature, const Json& inputs) const override {
    std::string text;
    append_inputs(text, signature, inputs);
    if (!text.empty()) text += "\n\n";
    append_requirements(text, signature);
    Prompt prompt;
    prompt.messages.push_back({"user", std::move(text)});
    return prompt;
  }

  Result<Json> parse(const Signature& signature, std::string_view reply) const override {
    detail::Outputs outputs(name(), signature, reply);
    const auto fields = signature.outputs();
    std::size_t current = fields.size();  // no section, or one that is of no interest
    std::string section;
    const auto end_section = [&] {
      if (current == fields.size() || outputs.has(current)) return true;
      const Field& field = fields[current];
      const std::string_view value = python_strip(section);
      if (detail::is_echo(field, value))
        return outputs.set(current, Failure{"bad_value", "it only repeats its placeholder"});
      return outputs.set(current, parse_value(Json(value), field.type));
    };
    for (const std::string_view line : python_splitlines(reply)) {
      std::size_t length = 0;
      const std::string_view header = header_name(python_strip(line), length);
      if (header.empty()) {
        if (current < fields.size()) (section += line) += '\n';
        continue;
      }
      if (!end_section()) return std::move(outputs).finish();
      current = 0;
      while (current < fields.size() && fields[current].name != header) ++current;
      // DSPy counts the header's length from the beginning of the line, even where blanks precede it.
      section = python_strip(without_characters(line, length));
      if (!section.empty()) section += '\n';
    }
    end_section();
    return std::move(outputs).finish();
  }
};

}  // namespace

const Adapter& chat_adapter() {
  static const ChatAdapter adapter;
  return adapter;
}

}  // namespace strop
