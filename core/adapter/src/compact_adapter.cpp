#include <algorithm>
#include <strop/adapter/adapter.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/python_value.hpp>

#include "common.hpp"
#include "compact.hpp"
#include "stream_common.hpp"

namespace strop {
namespace {

/// The values that a reply must be one of; empty where they cannot be listed.
std::vector<Json> choices_of(const Type& type) {
  if (type.kind == Type::Kind::literal) return type.values;
  if (type.kind == Type::Kind::boolean) return {true, false};
  return {};
}

void append_choices(std::string& text, const Signature& signature) {
  for (const Field& field : signature.outputs()) {
    const std::vector<Json> choices = choices_of(field.type);
    if (choices.empty()) continue;
    if (!text.empty()) text += ' ';
    if (signature.outputs().size() == 1)
      text += "Answer with one of: ";
    else
      (text += field.prefix) += " one of: ";
    const char* comma = "";
    for (const Json& choice : choices) (text += comma) += python_str(choice), comma = ", ";
    text += '.';
  }
}

void append_line(std::string& text, const Field& field, std::string_view value) {
  text += field.prefix;
  if (!value.empty()) (text += ' ') += value;
  text += '\n';
}

/// A demo's output as a reply could have it: the stop ends a reply at a line end, or at an empty line where there are
/// several outputs.
std::string reply_like(const Field& field, const Json& value, bool one_line) {
  const std::string text = format_value(value, field.type.is_str());
  std::string result;
  for (const std::string_view line : python_splitlines(text)) {
    const std::string_view words = python_strip(line);
    if (words.empty()) continue;
    if (!result.empty()) result += one_line ? ' ' : '\n';
    result += words;
  }
  return result;
}

void append_inputs(std::string& text, const Signature& signature, const Json& values) {
  for (const Field& field : signature.inputs()) {
    if (const Json* value = detail::member(values, field.name)) {
      append_line(text, field, python_strip(format_value(*value, field.type.is_str())));
    }
  }
}

void append_demo(std::string& text, const Signature& signature, const Json& demo) {
  append_inputs(text, signature, demo);
  const bool one_line = signature.outputs().size() == 1;
  for (const Field& field : signature.outputs()) {
    if (const Json* value = detail::member(demo, field.name))
      append_line(text, field, reply_like(field, *value, one_line));
  }
  text += '\n';
}

/// Whether the line begins with the label, in any case; then it is cut off.
bool take_label(std::string_view& line, const std::string& label) {
  const std::string_view start = python_lstrip(line);
  if (!equals_ignoring_case(start.substr(0, label.size()), label)) return false;
  line = start.substr(label.size());
  return true;
}

class CompactAdapter final : public Adapter {
 public:
  std::string_view name() const override { return "compact"; }

  Prompt stable(const Signature& signature, const std::vector<Json>& demos) const override {
    std::string text = signature.instructions();
    append_choices(text, signature);
    if (!text.empty()) text += "\n\n";
    const detail::SortedDemos sorted = detail::sort_demos(signature, demos);
    for (const Json* demo : sorted.incomplete) append_demo(text, signature, *demo);
    for (const Json* demo : sorted.complete) append_demo(text, signature, *demo);
    return prompt(signature, std::move(text));
  }

  Prompt call(const Signature& signature, const Json& inputs, const CallOptions&) const override {
    std::string text;
    append_inputs(text, signature, inputs);
    if (!signature.outputs().empty()) text += signature.outputs().front().prefix;
    return prompt(signature, std::move(text));
  }

  Result<Json> parse(const Signature& signature, std::string_view reply, Reading) const override {
    detail::Outputs outputs(name(), signature, reply, Reading::tolerant);
    const auto fields = signature.outputs();
    std::vector<std::string> sections(fields.size());
    std::size_t current = 0;  // the prompt ends with the first label,
    bool labelled = false;    // which the reply may repeat, even behind some words of its own
    for (std::string_view line : python_splitlines(reply)) {
      if (const std::size_t found = detail::find_label(fields, line); found < fields.size()) {
        if (found == 0 && !labelled) sections[0].clear();
        if (!sections[found].empty()) break;  // again: the model goes on with an example of its own
        current = found;
        labelled = true;
      } else if (fields.empty() || detail::find_label(signature.inputs(), line) < signature.inputs().size()) {
        break;
      }
      std::string& section = sections[current];
      if (!section.empty()) section += '\n';
      section += section.empty() ? python_strip(line) : python_rstrip(line);
      if (fields.size() == 1 && !section.empty()) break;
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::string_view value = python_strip(sections[i]);
      if (!value.empty() && !outputs.read(i, Json(value))) break;
    }
    return std::move(outputs).finish();
  }

  std::unique_ptr<ReplyStream> stream(const Signature& signature, StreamMode, Reading) const override {
    return has_all ? detail::compact_stream(*this, signature) : nullptr;
  }

 private:
  static Prompt prompt(const Signature& signature, std::string text) {
    Prompt prompt{.completion = true, .stop = {signature.outputs().size() > 1 ? "\n\n" : "\n"}};
    prompt.messages.push_back({"user", std::move(text)});
    return prompt;
  }
};

}  // namespace

std::size_t detail::find_label(std::span<const Field> fields, std::string_view& line) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (take_label(line, fields[i].prefix)) return i;
  }
  return fields.size();
}

const Adapter& compact_adapter() {
  static const CompactAdapter adapter;
  return adapter;
}

}  // namespace strop
