#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <strop/schema/type.hpp>
#include <strop/text/result.hpp>
#include <vector>

namespace strop {

struct ClassField {
  std::string name;  ///< in values that were read
  std::string key;   ///< in JSON: pydantic's alias, or else the name
  Type type = {};    ///< its keywords are the constraints
  bool required = true;
  std::optional<Json> default_value = {};  ///< without one a field that is not required may be absent
};

struct EnumMember {
  std::string name;  ///< may be empty where only a JSON Schema is known
  Json value;
  bool is_alias = false;  ///< as in Python, of an earlier member with an equal value
};

/// A class that field types name: an enum, or one with fields. Within its own fields, classes are pointers that do not
/// own, as classes may contain each other: a ClassTable owns them all, and so does every Type that comes from it.
struct ClassType {
  enum class Kind {
    enumeration,
    model,       ///< pydantic's BaseModel, or a dataclass
    dictionary,  ///< a TypedDict
    block,       ///< a dspy.Type of the user's own, shown as a block {"type": its name in lower case, …}
  };

  std::string name;
  Kind kind = Kind::model;
  std::vector<EnumMember> members = {};
  std::vector<ClassField> fields = {};
  bool refuses_others = false;   ///< a value must not have keys beside the fields'
  std::string description = {};  ///< block: DSPy's description of the type in prompts
  Json schema = {};              ///< its JSON Schema, other classes as {"$ref": "#/$defs/Name"}
  Json definition = {};          ///< what it was made from
};

/// The classes that type texts may name.
class ClassTable {
 public:
  /// {name: definition}; null is an empty table. A definition is
  ///   {"kind": "enum", "members": {NAME: value}, "base"?: "int" | "str"}
  ///   {"kind": "model" | "dataclass" | "typeddict", "doc"?, "config"?: {"extra": "forbid"}, "fields": [{"name",
  ///   "type",
  ///     "desc"?, "alias"?, "default"?, "required"?, and constraints as pydantic's Field names them}]}
  ///   {"kind": "custom_type", "description", "fields"}
  ///   {"kind": "alias", "target": a type}
  ///   {"schema": JSON Schema}, with classes of its own under "$defs"
  /// Failures `bad_type`, `unknown_type` name the class and the field. At most 1,000 classes of 1,000 fields.
  static Result<ClassTable> from_json(const Json& definitions);

  /// The type that a name stands for.
  std::optional<Type> find(std::string_view name) const;

  /// The type that a JSON Schema describes, and the classes it defines added to the table; an object without a title is
  /// named after `name`. Failure `bad_schema` names the place.
  Result<Type> add_schema(const Json& schema, std::string_view name);

 private:
  struct Classes;
  friend class SchemaReader;
  friend class DefinitionReader;

  Type owned(Type type) const;  ///< with pointers to classes that keep the table alive

  std::shared_ptr<Classes> classes_;
};

/// {name: definition} of the classes that occur in the types, those in their fields as well: ClassTable::from_json
/// gives them back.
void collect_definitions(const Type& type, Json& definitions);

}  // namespace strop
