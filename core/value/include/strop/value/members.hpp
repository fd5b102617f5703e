#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <strop/text/json.hpp>

namespace strop {

/// The member of that name, or null where there is none or `object` is no object.
const Json& member(const Json& object, std::string_view name);

/// All members in their order; none where `object` is no object. For loops: nlohmann's items() copies every name.
const Json::object_t& members(const Json& object);

/// The text of that member, or `otherwise` where it is none.
std::string text_member(const Json& object, std::string_view name, std::string_view otherwise = "");

/// An object, member by member: Object().set("text", text).set("count", 3). A braced list of nlohmann's says the same,
/// but makes an array a member, copies it and can be unwound anywhere: the code of one call each is a fifth as large.
/// Precondition: the names differ.
class Object {
 public:
  Object& set(std::string_view name, Json&& value);
  Object& set(std::string_view name, const Json& value);
  Object& set(std::string_view name, std::string_view text);
  Object& set(std::string_view name, const std::string& text) { return set(name, std::string_view(text)); }
  Object& set(std::string_view name, const char* text) { return set(name, std::string_view(text)); }
  Object& set(std::string_view name, double number);
  Object& set(std::string_view name, bool truth);
  Object& set(std::string_view name, std::nullptr_t);
  Object& set(std::string_view name, Object& object) { return set(name, static_cast<Json>(object)); }
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  Object& set(std::string_view name, Number number) {
    return set_integer(name, static_cast<std::int64_t>(number));
  }

  operator Json() { return std::move(json_); }  ///< gives it away

 private:
  Object& set_integer(std::string_view name, std::int64_t number);
  Json& added(std::string_view name);

  Json json_ = Json::value_t::object;
};

}  // namespace strop
