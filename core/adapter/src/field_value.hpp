#pragma once
#include <string>
#include <strop/schema/class_type.hpp>
#include <strop/signature/field.hpp>
#include <vector>

/// How values of fields are shown, by the fields' types.
namespace strop::detail {

/// A message's content while it is written: text, and the blocks that stand within it.
struct Content {
  struct Block {
    std::size_t at;  ///< the byte of the text before which it stands
    Json block;
  };

  std::string text = {};
  std::vector<Block> blocks = {};

  void right_strip();  ///< behind the last block

  /// The text, or a list of texts and blocks.
  Json finish() &&;
};

/// The value as JSON shows it in a prompt: objects of a class in the order of its fields, with default values, by their
/// names or keys; tools and media as the texts that DSPy writes for them. What does not fit the type stays as it is.
Json shown(const Json& value, const Type& type, SchemaNames names = SchemaNames::fields);

/// The value as text in a user's message, media as blocks.
void append_field_value(Content& content, const Field& field, const Json& value);

/// The value as text in an assistant's message.
void append_field_value(std::string& text, const Field& field, const Json& value);

/// Whether objects of the type are pydantic's models in Python, as those of all of DSPy's classes are.
bool is_model(const Type& type);

/// The object of a model as pydantic's model_dump_json(indent=2, by_alias=True) writes it, media as blocks. False, and
/// nothing written, where the value is none.
bool append_model(Content& content, const Json& value, const Type& type);

/// The type of a list's item, or of a dict's values.
const Type& item_type(const Type& type, std::size_t index = 0);

/// The choice of a Union that the value is of; Any where it is of none.
const Type& choice_for(const Json& value, const Type& type);

/// A field of a class in an object, by its key in JSON or by its name, as saved demos have it; or its default value.
const Json* field_in(const Json& object, const ClassField& field);

/// Whether the value is an object with all fields of the class and no others.
bool fits_class(const Json& value, const ClassType& type);

/// A field's value, a number as the float that a class makes of it.
Json in_class_value(const Json& value, const Type& type);

/// The fields that the object has. Precondition: fits_class(value, type).
template <class Each>
void for_each_field(const Json& value, const ClassType& type, Each each) {
  for (const ClassField& field : type.fields) {
    if (const Json* member = field_in(value, field)) each(field, *member);
  }
}

}  // namespace strop::detail
