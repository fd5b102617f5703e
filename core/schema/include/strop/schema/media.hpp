#pragma once
#include <string>
#include <string_view>
#include <strop/schema/type.hpp>
#include <strop/text/result.hpp>

/// DSPy's types whose values are no text in a message but blocks of their own, as in OpenAI's chat messages.
///
/// As values they are
///   Image      {"url"}: an address or a data URI; as an input also that alone
///   Audio      {"data": base64, "audio_format": "wav"}; or a data URI
///   File       {"file_data": data URI, "file_id", "filename"}: at least one; or a data URI
///   Document   {"data", "title"?, "media_type"?, "context"?}; or its text
///   Citations  {"citations": [{"cited_text", "document_index", "start_char_index", "end_char_index", …}]}; or that
///   list
/// and of a class of kind `block`, its object. In demos that DSPy saved they are texts with marks around the blocks.
namespace strop {

/// Between them stand the blocks in texts that DSPy saved.
inline constexpr std::string_view start_mark = "<<CUSTOM-TYPE-START-IDENTIFIER>>",
                                  end_mark = "<<CUSTOM-TYPE-END-IDENTIFIER>>";

/// The value in its full form. Failure `bad_value` says what is expected.
Result<Json> read_media(const Json& value, const Type& type);

/// The blocks that stand for the value; a marked text is one of a saved demo. Failure `bad_value`.
Result<Json> media_blocks(const Json& value, const Type& type);

/// The blocks as a text with DSPy's marks around, as they stand in saved demos and in the assistant's messages.
std::string marked_blocks(const Json& blocks);

/// Whether the type itself is one of them.
bool is_media(const Type& type);

}  // namespace strop
