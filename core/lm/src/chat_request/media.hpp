#pragma once
#include <string>
#include <string_view>

namespace strop {

/// The media type of an image at that address, by its extension: what Python's mimetypes guesses, and the formats that
/// only a system's list adds to it and that models read. "" where it is none of an image. Linear.
std::string image_type_of(std::string_view url);

/// Whether lm15 takes the text for base64: of its alphabet and a length that is a multiple of four, but for white space
/// around and then also within it, behind the head of a data URI if it has one. Linear.
bool is_base64(std::string_view data);

}  // namespace strop
