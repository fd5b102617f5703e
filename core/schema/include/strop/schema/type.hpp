#pragma once
#include <memory>
#include <string>
#include <strop/text/json.hpp>
#include <vector>

namespace strop {

struct ClassType;

/// The declared type of a field: a tree, compared by value. Default: str.
///
/// Values are JSON: bytes, dates, times, Decimal and UUID as texts (dates and times in ISO 8601), tuples and sets as
/// arrays, objects of a class as objects, a member of an enum as its value, DSPy's media as in media.hpp.
struct Type {
  enum class Kind {
    string,
    integer,
    number,
    boolean,
    null,
    any,
    bytes,
    datetime,
    date,
    time,
    timedelta,
    decimal,
    uuid,
    list,
    dict,
    tuple,
    set,       ///< or frozenset
    ellipsis,  ///< only as second argument of a tuple, which then has any number of the first
    one_of,
    literal,
    named,  ///< a class: see ClassType
    image,
    audio,
    file,
    document,
    citations,
    history,
    tool,
    tool_calls,
    code,
    reasoning,
  };

  Kind kind = Kind::string;
  /// list and set: none or [item]; dict: none or [key, value]; tuple: none, the items', or [item, ellipsis]; one_of:
  /// the choices of a Union, at least two.
  std::vector<Type> arguments = {};
  std::vector<Json> values = {};  ///< literal: what is allowed, at least one
  std::string name = {};          ///< how Python spells it, where that is not its kind's own name
  /// What its JSON Schema says beside what follows from the rest: bounds, a description, a title. An object, or null.
  Json keywords = {};
  std::shared_ptr<const ClassType> definition = {};  ///< named: never null

  bool is_str() const { return kind == Kind::string; }
};

bool operator==(const Type& a, const Type& b);

/// DSPy's name of the type in prompts: `list[str]`, `Union[int, NoneType]`, `Literal['a', "it's"]`. Texts in a Literal
/// are quoted but not escaped, as in DSPy: see type_text. `Reasoning` is shown as `str`.
std::string display_name(const Type& type);

/// The type as parse_type reads it back: as display_name, but texts in a Literal are escaped.
std::string type_text(const Type& type);

/// By what the fields of classes are called in JSON: by their keys (pydantic's aliases), or by their own names.
enum class SchemaNames { keys, fields };

/// The JSON Schema that pydantic writes for the type, classes under "$defs"; properties as they are declared.
Json json_schema(const Type& type, SchemaNames names = SchemaNames::keys);

/// The same in the order of DSPy's prompts: "type" first, then by name, at every level.
Json prompt_schema(const Type& type);

/// Whether None is a value of the type.
bool allows_none(const Type& type);

/// Whether the type, or a type within it, is one of DSPy's media, or a class that is shown like one: a block of its own
/// in a message. Looks into classes.
bool has_media(const Type& type);

}  // namespace strop
