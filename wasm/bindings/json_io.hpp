#pragma once
#include <string>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>
#include <utility>

#include "surface.hpp"

/// Reading members of what the host sends.
namespace strop::surface {

inline Failure bad_input(std::string message) { return {"bad_input", std::move(message)}; }

/// The member, or null.
inline const Json& member(const Json& object, const char* name) {
  static const Json null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

inline std::string text_member(const Json& object, const char* name, std::string otherwise = "") {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::move(otherwise);
}

inline Reply json_reply(const Json& value) { return dump_json(value, JsonStyle::compact); }

}  // namespace strop::surface
