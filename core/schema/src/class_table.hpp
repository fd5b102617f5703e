#pragma once
#include <deque>
#include <map>
#include <string>
#include <strop/schema/class_type.hpp>

namespace strop {

/// Types within do not own the classes they name.
struct ClassTable::Classes {
  std::deque<ClassType> classes;  ///< their addresses stay
  std::map<std::string, Type, std::less<>> names;
  std::map<std::string, const ClassType*> by_schema = {};  ///< what SchemaReader made of a definition's text
  std::map<std::string, std::size_t> documents = {};       ///< numbers of texts that definitions refer to
};

namespace detail {

constexpr std::size_t max_classes = 1000, max_class_fields = 1000, max_schema_depth = 64;

/// A pointer to the class that keeps nothing alive.
std::shared_ptr<const ClassType> not_owning(const ClassType& type);

/// The type with pointers to classes that keep nothing alive.
Type disowned(Type type);

/// "Zip Code" for zip_code: the title that pydantic gives a field.
std::string title_of(std::string_view name);

/// The JSON Schema of an enum's values, without its title.
Json enum_schema(const std::vector<Json>& values);

/// The type's schema with other classes as {"$ref"}.
Json schema_with_references(const Type& type);

}  // namespace detail
}  // namespace strop
