#pragma once
#include <map>
#include <string>
#include <string_view>

#include "class_table.hpp"

namespace strop {

/// Reads JSON Schemas into types, and the classes they define into a table. What says nothing about a value's shape
/// stays with the type as its keywords.
class SchemaReader {
 public:
  explicit SchemaReader(ClassTable& table) : table_(table) {}

  /// Makes the class of that name known before it is read, as others may refer to it.
  void announce(const Json& schema, const std::string& name);

  /// The type of that name. Precondition: it was announced.
  Result<Type> named(const Json& schema, const std::string& name);

  /// The type of a field of that name.
  Result<Type> read(const Json& schema, std::string_view field);

 private:
  bool fail(std::string_view what);
  bool read_definitions(const Json& schema);
  bool read_node(const Json& schema, Type& type, std::size_t depth);
  bool read_shape(const Json& schema, Type& type, std::size_t depth);
  bool read_reference(const std::string& reference, Type& type);
  bool read_choices(const Json& choices, Type& type, std::size_t depth);
  bool read_array(const Json& schema, Type& type, std::size_t depth);
  bool read_object(const Json& schema, Type& type, std::size_t depth);
  bool read_class(const Json& schema, ClassType& type, std::size_t depth);
  Json normalized(const Json& schema, std::size_t depth) const;
  ClassType& new_class(std::string name, const Json& schema);
  std::pair<ClassType*, bool> class_of(std::string_view wanted, const Json& schema);
  std::string free_name(std::string_view wanted) const;

  ClassTable& table_;
  std::map<std::string, Type, std::less<>> local_ = {};  ///< what the schema's own "$defs" are
  std::string document_ = {};                            ///< tells apart what references in it mean
  std::string root_ = {};                                ///< the class that "#" means
  std::string hint_ = {};  ///< what an object is called that has no title; empty within a class
  std::string place_ = {};
  Failure failure_ = {};
};

}  // namespace strop
