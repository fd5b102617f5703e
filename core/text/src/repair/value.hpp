#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strop::repair {

struct Member;

/// A value that was read. Scalars are tokens of JSON, so that a number is copied and never computed with.
struct Value {
  enum class Kind : std::uint8_t { text, literal, integer, real, array, object };
  Kind kind;
  std::string text;           // of text: its characters; of literals and numbers: their token
  std::vector<Member> items;  // of arrays and objects

  Value(Kind kind = Kind::text, std::string text = {});
  bool is(Kind wanted) const { return kind == wanted; }
  bool is_container() const { return kind >= Kind::array; }
  bool is_empty() const;  // "", [] or {}
  bool is_true() const;   // as Python's bool() has it
};

/// A member of an object, or an item of an array: then without a key.
struct Member {
  std::string key{};
  Value value{};
};

using Kind = Value::Kind;

inline Value::Value(Kind of, std::string characters) : kind(of), text(std::move(characters)) {}

inline bool Value::is_empty() const { return is_container() ? items.empty() : is(Kind::text) && text.empty(); }

inline bool Value::is_true() const {
  if (is(Kind::literal)) return text == "true";
  if (is_container() || is(Kind::text)) return !is_empty();
  const std::string_view mantissa = std::string_view(text).substr(0, text.find_first_of("eE"));
  return mantissa.find_first_of("123456789IN") != mantissa.npos;  // also Infinity and NaN
}

/// Where an object has which key.
using Places = std::map<std::string, std::size_t>;

/// As in a Python dict: the last value at the first place.
inline void put(Value& object, Places& places, std::string key, Value value) {
  const auto [place, fresh] = places.try_emplace(key, object.items.size());
  if (fresh)
    object.items.push_back({std::move(key), std::move(value)});
  else
    object.items[place->second].value = std::move(value);
}

/// Whether both are of one make: the same types and, in objects, the same keys.
inline bool alike(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.items.size() != b.items.size()) return false;
  if (a.is(Kind::literal)) return (a.text == "null") == (b.text == "null");
  Places places;
  if (a.is(Kind::object))
    for (const Member& member : b.items) places.emplace(member.key, places.size());
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    std::size_t other = i;
    if (a.is(Kind::object)) {
      const auto place = places.find(a.items[i].key);
      if (place == places.end()) return false;
      other = place->second;
    }
    if (!alike(a.items[i].value, b.items[other].value)) return false;
  }
  return true;
}

inline void write(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      (out += "\\u00") += c < 0x10 ? '0' : '1';
      out += "0123456789abcdef"[c & 15];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

inline void write(std::string& out, const Value& value) {
  if (value.is(Kind::text)) return write(out, std::string_view(value.text));
  if (!value.is_container()) return void(out += value.text);
  const bool object = value.is(Kind::object);
  out += object ? '{' : '[';
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) out += ", ";
    if (object) write(out, std::string_view(value.items[i].key)), out += ": ";
    write(out, value.items[i].value);
  }
  out += object ? '}' : ']';
}

}  // namespace strop::repair
