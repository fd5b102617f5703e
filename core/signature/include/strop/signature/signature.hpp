#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <strop/schema/class_type.hpp>
#include <strop/signature/field.hpp>
#include <strop/text/result.hpp>
#include <vector>

namespace strop {

/// What a step of a program does: its fields, inputs first, and its instructions. A value: every edit returns a new
/// one. As in DSPy, empty instructions given to an edit mean the default ones, and edits do not change instructions
/// that name fields.
class Signature {
 public:
  Signature() = default;

  /// Fields in any order: inputs are put before outputs, of equal names the last field stays at the first one's place.
  /// Labels that are empty follow from the names. The instructions are taken as they are, even when empty.
  Signature(std::vector<Field> fields, std::string instructions);

  const std::vector<Field>& fields() const { return fields_; }
  std::span<const Field> inputs() const { return {fields_.data(), input_count_}; }
  std::span<const Field> outputs() const { return std::span(fields_).subspan(input_count_); }
  const Field* find(std::string_view name) const;
  const std::string& instructions() const { return instructions_; }

  Signature with_instructions(std::string_view instructions) const;
  Signature append_instructions(std::string_view instructions) const;  ///< after an empty line

  Signature prepend(Field field) const;  ///< first of its role
  Signature append(Field field) const;   ///< last of its role
  /// At `index` among the fields of its role; negative: counted from the end, -1 is behind the last. Failure
  /// `bad_index`.
  Result<Signature> insert(std::ptrdiff_t index, Field field) const;
  Signature remove(std::string_view name) const;  ///< no such field: unchanged
  /// The field of that name replaced. Failure `unknown_field` names the fields there are.
  Result<Signature> with_updated_field(Field field) const;

 private:
  Signature with_fields(std::vector<Field> fields) const;

  std::vector<Field> fields_;
  std::size_t input_count_ = 0;
  std::string instructions_;
};

/// "`a`, `b`"
std::string quoted_names(std::span<const Field> fields);

/// ``Given the fields `a`, `b`, produce the fields `c`.``
std::string default_instructions(std::span<const Field> inputs, std::span<const Field> outputs);

/// "question: str, n: int -> answer: str", with `: str` left out: parse_signature reads it back but for descriptions,
/// constraints and defaults.
std::string signature_text(const Signature& signature);

/// Reads DSPy's signature strings, "question, context: list[str] -> answer: Literal['yes', 'no']": exactly one `->`, on
/// each side the parameters of a Python function. Without a type a field is a str. As in DSPy, default values, `*rest`
/// and what follows a bare `*` are left out. Linear; at most 1 MB and 1,000 fields a side.
/// Without instructions, or with empty ones, the default ones are made. Types may name `classes`.
/// Failures name column and fix: `bad_signature`, and those of parse_type.
Result<Signature> parse_signature(std::string_view text, std::optional<std::string_view> instructions = {},
                                  const ClassTable* classes = nullptr);

/// {"instructions", "fields": [{"name", "type", "dir": "input"|"output", "desc", "prefix", "constraints"?,
/// "default"?}], "types"?: {name: definition} of the classes that the fields' types name, see ClassTable}
Json to_json(const Signature& signature);

/// The inverse of to_json. In a field only "name" and "dir" are needed; "desc" may be `${name}`, "constraints" is an
/// object from name to value. A JSON Schema may stand as "schema" instead of a "type"; what it says at its top becomes
/// the field's description, constraints and default value. Without "instructions" the default ones are made. Failures
/// `bad_signature` and those of parse_type and ClassTable name the field.
Result<Signature> signature_from_json(const Json& json);

bool operator==(const Signature& a, const Signature& b);

}  // namespace strop
