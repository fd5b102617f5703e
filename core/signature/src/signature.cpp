#include <algorithm>
#include <strop/signature/signature.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>

namespace strop {
namespace {

template <class Fields>
auto find_name(Fields& fields, std::string_view name) {
  return std::find_if(fields.begin(), fields.end(), [=](const Field& field) { return field.name == name; });
}

}  // namespace

Signature::Signature(std::vector<Field> fields, std::string instructions) : instructions_(std::move(instructions)) {
  std::vector<Field> distinct;
  for (Field& field : fields) {
    if (field.prefix.empty()) field.prefix = label_of(field);
    const auto known = find_name(distinct, field.name);
    if (known == distinct.end())
      distinct.push_back(std::move(field));
    else
      *known = std::move(field);
  }
  fields_.reserve(distinct.size());
  for (const Role role : {Role::input, Role::output}) {
    for (Field& field : distinct) {
      if (field.role == role) fields_.push_back(std::move(field));
    }
    if (role == Role::input) input_count_ = fields_.size();
  }
}

const Field* Signature::find(std::string_view name) const {
  const auto found = find_name(fields_, name);
  return found == fields_.end() ? nullptr : &*found;
}

Signature Signature::with_fields(std::vector<Field> fields) const {
  return Signature(std::move(fields), "").with_instructions(instructions_);
}

Signature Signature::with_instructions(std::string_view instructions) const {
  return {fields_, instructions.empty() ? default_instructions(inputs(), outputs()) : cleandoc(instructions)};
}

Signature Signature::append_instructions(std::string_view instructions) const {
  return with_instructions(format("{}\n\n{}", {instructions_, instructions}));
}

Signature Signature::prepend(Field field) const { return std::move(*insert(0, std::move(field))); }
Signature Signature::append(Field field) const { return std::move(*insert(-1, std::move(field))); }

Result<Signature> Signature::insert(std::ptrdiff_t index, Field field) const {
  const bool input = field.role == Role::input;
  const auto count = static_cast<std::ptrdiff_t>(input ? input_count_ : fields_.size() - input_count_);
  const std::ptrdiff_t place = index < 0 ? index + count + 1 : index;
  if (place < 0 || place > count) {
    return Failure{"bad_index", format("cannot insert '{}' at {}: the signature has {} {} fields",
                                       {field.name, index, count, input ? "input" : "output"})};
  }
  std::vector<Field> fields = fields_;
  fields.insert(fields.begin() + place + (input ? 0 : static_cast<std::ptrdiff_t>(input_count_)), std::move(field));
  return with_fields(std::move(fields));
}

Signature Signature::remove(std::string_view name) const {
  std::vector<Field> fields = fields_;
  std::erase_if(fields, [=](const Field& field) { return field.name == name; });
  return with_fields(std::move(fields));
}

Result<Signature> Signature::with_updated_field(Field field) const {
  std::vector<Field> fields = fields_;
  const auto found = find_name(fields, field.name);
  if (found == fields.end()) {
    return Failure{"unknown_field", format("no field '{}' in the signature {}", {field.name, signature_text(*this)})};
  }
  *found = std::move(field);
  return with_fields(std::move(fields));
}

std::string quoted_names(std::span<const Field> fields) {
  std::string text;
  for (const Field& field : fields) (text += text.empty() ? "`" : ", `") += field.name + '`';
  return text;
}

std::string default_instructions(std::span<const Field> inputs, std::span<const Field> outputs) {
  return format("Given the fields {}, produce the fields {}.", {quoted_names(inputs), quoted_names(outputs)});
}

std::string signature_text(const Signature& signature) {
  std::string text;
  const auto add = [&](std::span<const Field> fields) {
    const char* comma = "";
    for (const Field& field : fields) {
      (text += comma) += field.name;
      if (!field.type.is_str()) (text += ": ") += type_text(field.type);
      comma = ", ";
    }
  };
  add(signature.inputs());
  text += text.empty() ? "-> " : " -> ";
  add(signature.outputs());
  return text;
}

bool operator==(const Signature& a, const Signature& b) {
  return a.instructions() == b.instructions() && a.fields() == b.fields();
}

}  // namespace strop
