#pragma once
#include <optional>
#include <string>
#include <strop/schema/type.hpp>
#include <vector>

namespace strop {

enum class Role { input, output };

/// What is asked of a value beside its type, as pydantic's Field names it: gt, ge, lt, le, min_length, max_length,
/// multiple_of, allow_inf_nan. Constraints are told to the model; outputs are not checked against them.
struct Constraint {
  std::string name;
  Json value;
};

struct Field {
  std::string name;
  Type type = {};
  std::optional<std::string> desc =
      {};                   ///< none was given is not the same as an empty one: saved state tells them apart
  std::string prefix = {};  ///< the label, with its colon; in a Signature never empty
  Role role = Role::input;
  std::vector<Constraint> constraints = {};
  std::optional<Json> default_value = {};  ///< output: taken when a reply lacks the field
};

/// The field's label: its prefix, or infer_prefix(name) with a colon.
std::string label_of(const Field& field);

/// The description as DSPy saves it: `${name}` where none was given.
std::string description_of(const Field& field);

/// "greater than or equal to: 1, less than: 10"; empty without constraints.
std::string constraints_text(const Field& field);

/// What stands for the field's value in the description of the format: `{name}`, and for outputs that are no texts what
/// the value must be, with a JSON Schema where words do not do. Source: DSPy's translate_field_type.
std::string placeholder(const Field& field);

/// Whether a field of a signature string may have that name in DSPy: an identifier that is no keyword, does not begin
/// with an underscore, and is no attribute of DSPy's signature class. Empty, or what to say against the name.
std::string objection_to_name(std::string_view name);

bool operator==(const Field& a, const Field& b);

}  // namespace strop
