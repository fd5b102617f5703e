#include <strop/adapter/adapter.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>

#include "common.hpp"
#include "conversation.hpp"
#include "python_shown.hpp"

namespace strop {
namespace {

/// `name: value` of the fields that have one, behind what begins the message.
std::string said(std::string text, std::span<const Field> fields, const Json& values) {
  for (const Field& field : fields) {
    const Json* value = detail::member(values, field.name);
    if (!value) continue;
    if (!text.empty()) text += "\n\n";
    (text += field.name) += ": ";
    detail::append_python_str(text, *value, field.type);
  }
  return std::string(python_strip(text));
}

class TwoStepAdapter final : public Adapter {
 public:
  std::string_view name() const override { return "two_step"; }

  Prompt stable(const Signature& signature, const std::vector<Json>& demos) const override {
    std::string system =
        "You are a helpful assistant that can solve tasks based on user input.\n"
        "As input, you will be provided with:\n";
    detail::append_descriptions(system, signature.inputs());
    detail::append_descriptions(system += "\nYour outputs must contain:\n", signature.outputs());
    system += "\nYou should lay out your outputs in detail so that your answer can be understood by another agent";
    if (!signature.instructions().empty()) (system += "\nSpecific instructions: ") += signature.instructions();

    Prompt prompt;
    prompt.messages.push_back({"system", std::move(system)});
    const detail::SortedDemos sorted = detail::sort_demos(signature, demos);
    const auto add = [&](const Json& demo, std::string_view prefix) {
      prompt.messages.push_back({"user", said(std::string(prefix), signature.inputs(), demo)});
      prompt.messages.push_back({"assistant", said("", signature.outputs(), demo)});
    };
    for (const Json* demo : sorted.incomplete) add(*demo, detail::incomplete_demo);
    for (const Json* demo : sorted.complete) add(*demo, "");
    return prompt;
  }

  Prompt call(const Signature& signature, const Json& inputs, const CallOptions&) const override {
    Prompt prompt;
    prompt.messages.push_back({"user", said("", signature.inputs(), inputs)});
    return prompt;
  }

  Result<Json> parse(const Signature& signature, std::string_view reply, Reading reading) const override {
    Result<Json> outputs = chat_adapter().parse(signature, reply, reading);
    if (outputs) return outputs;
    return Failure{
        outputs.error().code,
        format("The two_step adapter cannot read what was extracted from the reply. {}", {outputs.error().message})};
  }
};

}  // namespace

const Adapter& two_step_adapter() {
  static const TwoStepAdapter adapter;
  return adapter;
}

Signature extraction_signature(const Signature& signature) {
  std::vector<Field> fields;
  fields.push_back({.name = "text"});
  std::string names;
  for (const Field& field : signature.outputs()) {
    fields.push_back(field);
    names += format("{}`{}`", {names.empty() ? "" : ", ", field.name});
  }
  // The blanks are those of a line that DSPy's source goes on in.
  return Signature(std::move(fields), "")
      .with_instructions(
          format("The input is a text that should contain all the necessary information to produce the fields {}. "
                 "            Your job is to extract the fields from the text verbatim. Extract precisely the "
                 "appropriate value (content) for each field.",
                 {names}));
}

}  // namespace strop
