#pragma once
#include <string>
#include <strop/text/json.hpp>
#include <vector>

namespace strop {

/// The declared type of a field: a tree, compared by value. Default: str.
struct Type {
  enum class Kind { string, integer, number, boolean, null, any, list, dict, one_of, literal };

  Kind kind = Kind::string;
  /// list: none or [item]; dict: none or [key, value]; one_of: the choices of a Union, at least two.
  std::vector<Type> arguments = {};
  std::vector<Json> values = {};  ///< literal: what is allowed, at least one
  std::string name = {};          ///< how Python spells it, where that is not its kind's own name

  bool is_str() const { return kind == Kind::string; }
};

bool operator==(const Type& a, const Type& b);

/// DSPy's name of the type in prompts: `list[str]`, `Union[int, NoneType]`, `Literal['a', "it's"]`. Texts in a Literal
/// are quoted but not escaped, as in DSPy: see type_text.
std::string display_name(const Type& type);

/// The type as parse_type reads it back: as display_name, but texts in a Literal are escaped.
std::string type_text(const Type& type);

/// The JSON Schema that pydantic writes for the type, in the order of DSPy's prompts: "type" first, then by name.
Json json_schema(const Type& type);

/// Whether None is a value of the type.
bool allows_none(const Type& type);

}  // namespace strop
