#pragma once
#include <string>
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

/// The value as JSON shows it in a prompt: objects of a class in the order of its fields, with default values; tools
/// and media as the texts that DSPy writes for them. What does not fit the type stays as it is.
Json shown(const Json& value, const Type& type);

/// The value as text in a user's message, media as blocks.
void append_field_value(Content& content, const Field& field, const Json& value);

/// The value as text in an assistant's message.
void append_field_value(std::string& text, const Field& field, const Json& value);

/// "search, whose description is <desc>…</desc>. It takes arguments {…}.": Python's str() of a DSPy tool.
std::string tool_text(const Json& tool);

}  // namespace strop::detail
