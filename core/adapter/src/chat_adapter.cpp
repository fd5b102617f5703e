#include <strop/text/extent.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/python_value.hpp>

#include "chat_header.hpp"
#include "common.hpp"
#include "conversation.hpp"
#include "stream_common.hpp"
#include "tolerant.hpp"

namespace strop {
namespace {

constexpr std::string_view end_marker = "[[ ## completed ## ]]";

/// As DSPy reads, but for its faults where the reading is tolerant.
detail::Outputs read(detail::Outputs outputs, const detail::Names& names, std::string_view reply, Reading reading) {
  const auto fields = outputs.fields();
  const bool tolerant = reading == Reading::tolerant;
  std::size_t current = fields.size();  // no section, or one that is of no interest
  std::string section;
  const auto end_section = [&] {
    if (current == fields.size() || outputs.has(current)) return true;
    return outputs.read(current, Json(python_strip(section)));
  };
  for (const std::string_view line : python_splitlines(reply)) {
    std::size_t length = 0;
    const std::string_view header = detail::header_name(python_strip(line), length);
    const std::string_view rest = header.empty()
                                      ? line
                                      // DSPy counts the header's length from the beginning of the line, even
                                      // where blanks precede it.
                                      : detail::without_characters(tolerant ? python_strip(line) : line, length);
    if (!header.empty()) {
      if (!end_section()) return outputs;
      current = 0;
      while (current < fields.size() && fields[current].name != header) ++current;
      section.clear();
      if (current == fields.size() && header != "completed") outputs.add_stranger(header);
    }
    if (current == fields.size()) continue;
    const auto end = tolerant ? detail::end_marker_in(rest, names) : std::nullopt;
    const std::string_view text = rest.substr(0, end.value_or(rest.size()));
    section += header.empty() ? text : python_strip(text);
    if (header.empty() || !section.empty()) section += '\n';
    if (!end) continue;
    if (!end_section()) return outputs;
    current = fields.size();
  }
  end_section();
  return outputs;
}

class ChatAdapter final : public detail::Conversation {
 public:
  std::string_view name() const override { return "chat"; }

  Result<Json> parse(const Signature& signature, std::string_view reply, Reading reading) const override {
    const detail::Outputs none(name(), signature, reply, reading);
    if (reading == Reading::dspy) return read(none, detail::Names(none.fields()), reply, reading).finish();
    return detail::best_reading(
        none, reply,
        [=](const auto& outputs, const auto& names, auto text) { return read(outputs, names, text, reading); },
        [](detail::Outputs outputs, const auto& names, auto text) {
          if (!detail::read_headers(outputs, names, text) && !detail::read_objects(outputs, names, text))
            detail::read_labels(outputs, names, text);
          return outputs;
        });
  }

  std::unique_ptr<ReplyStream> stream(const Signature& signature, StreamMode, Reading reading) const override {
    return has_all ? detail::chat_stream(*this, signature, reading) : nullptr;
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
