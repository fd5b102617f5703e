#include <strop/schema/parse_value.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/python_value.hpp>

#include "chat_header.hpp"
#include "common.hpp"
#include "conversation.hpp"
#include "stream_common.hpp"

namespace strop {
namespace {

constexpr std::string_view end_marker = "[[ ## completed ## ]]";

class ChatAdapter final : public detail::Conversation {
 public:
  std::string_view name() const override { return "chat"; }

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
      const std::string_view header = detail::header_name(python_strip(line), length);
      if (header.empty()) {
        if (current < fields.size()) (section += line) += '\n';
        continue;
      }
      if (!end_section()) return std::move(outputs).finish();
      current = 0;
      while (current < fields.size() && fields[current].name != header) ++current;
      // DSPy counts the header's length from the beginning of the line, even where blanks precede it.
      section = python_strip(detail::without_characters(line, length));
      if (!section.empty()) section += '\n';
    }
    end_section();
    return std::move(outputs).finish();
  }

  std::unique_ptr<ReplyStream> stream(const Signature& signature, StreamMode) const override {
    return detail::chat_stream(signature);
  }

 protected:
  void append_structure(std::string& text, const Signature& signature) const override {
    detail::append_placeholders(text, signature.inputs());
    detail::append_placeholders(text += "\n\n", signature.outputs());
    (text += "\n\n") += end_marker;
  }

  void append_requirements(std::string& text, const Signature& signature) const override {
    text += "Respond with the corresponding output fields, starting with the field ";
    const char* then = "";
    for (const Field& field : signature.outputs()) {
      detail::append_header((text += then) += '`', field.name);
      detail::append_type_note(text += '`', field);
      then = ", then ";
    }
    ((text += ", and then ending with the marker for `") += end_marker) += "`.";
  }

  std::string reply(const Signature& signature, const Json& values, const Json& missing) const override {
    std::string text;
    text.reserve(detail::typical_message);
    const char* gap = "";
    for (const Field& field : signature.outputs()) {
      detail::append_header(text += gap, field.name);
      text += '\n';
      const Json* value = detail::member(values, field.name);
      detail::append_field_value(text, field, value ? *value : missing);
      gap = "\n\n";
    }
    detail::right_strip(text);
    ((text += "\n\n") += end_marker) += '\n';
    return text;
  }
};

}  // namespace

const Adapter& chat_adapter() {
  static const ChatAdapter adapter;
  return adapter;
}

}  // namespace strop
