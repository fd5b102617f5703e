#include <strop/value/members.hpp>
#include <utility>

namespace strop {

const Json::object_t& members(const Json& object) {
  static const Json::object_t none;
  return object.is_object() ? object.get_ref<const Json::object_t&>() : none;
}

const Json& member(const Json& object, std::string_view name) {
  static const Json null;
  for (const auto& [key, value] : members(object)) {
    if (key == name) return value;
  }
  return null;
}

std::string text_member(const Json& object, std::string_view name, std::string_view otherwise) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get_ref<const std::string&>() : std::string(otherwise);
}

Json& Object::added(std::string_view name) {
  Json::object_t::Container& members = json_.get_ref<Json::object_t&>();
  return members.emplace_back(std::string(name), nullptr).second;
}

Object& Object::set(std::string_view name, Json&& value) { return added(name) = std::move(value), *this; }
Object& Object::set(std::string_view name, const Json& value) { return set(name, Json(value)); }
Object& Object::set(std::string_view name, std::string_view text) { return added(name) = text, *this; }
Object& Object::set(std::string_view name, double number) { return added(name) = number, *this; }
Object& Object::set(std::string_view name, bool truth) { return added(name) = truth, *this; }
Object& Object::set(std::string_view name, std::nullptr_t) { return added(name), *this; }
Object& Object::set_integer(std::string_view name, std::int64_t number) { return added(name) = number, *this; }

}  // namespace strop
