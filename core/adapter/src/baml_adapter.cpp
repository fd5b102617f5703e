#include "baml_schema.hpp"
#include "field_value.hpp"
#include "json_adapter.hpp"

namespace strop {
namespace {

class BamlAdapter final : public detail::JsonAdapter {
 public:
  std::string_view name() const override { return "baml"; }

  std::optional<Failure> objection(const Signature& signature) const override {
    for (const Field& field : signature.outputs()) {
      const Result<std::string> schema = detail::baml_schema(field.type);
      if (!schema) return Failure{schema.error().code, "the output '" + field.name + "': " + schema.error().message};
    }
    return std::nullopt;
  }

 protected:
  void append_structure(std::string& text, const Signature& signature) const override {
    detail::append_placeholders(text, signature.inputs());
    if (!signature.inputs().empty()) text += "\n\n";
    for (const Field& field : signature.outputs()) {
      detail::append_header(text, field.name);
      ((text += "\nOutput field `") += field.name) += "` should be of type: ";
      if (const Result<std::string> schema = detail::baml_schema(field.type)) text += *schema;
      text += "\n\n";
    }
    detail::append_header(text, "completed");
  }

  void append_input(detail::Content& content, const Field& field, const Json& value) const override {
    detail::append_header(content.text, field.name);
    content.text += '\n';
    if (!detail::append_model(content, value, field.type)) detail::append_field_value(content, field, value);
  }
};

}  // namespace

const Adapter& baml_adapter() {
  static const BamlAdapter adapter;
  return adapter;
}

}  // namespace strop
