#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <strop/schema/class_type.hpp>
#include <strop/schema/media.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_value.hpp>

#include "code_text.hpp"
#include "keywords.hpp"
#include "lax_text.hpp"
#include "own_values.hpp"
#include "temporal.hpp"

namespace strop {
namespace {

using Kind = Type::Kind;
using detail::bool_from_text, detail::double_from_lax_text, detail::integer_from_double, detail::integer_from_lax_text;

/// How well a value fits, which decides between a Union's choices: pydantic's smart mode.
enum class Fit { lax, strict, exact };

class Validator {
 public:
  explicit Validator(SchemaNames names) : names_(names) {}

  /// Whether the value fits; then `out` is the value as the type has it and `fit` is lowered to how well it does.
  bool read(const Json& in, const Type& type, Json& out, Fit& fit) {
    if (depth_ > max_depth) return fail(in, format("at most {} levels", {max_depth}));
    ++depth_;
    const bool fits = read_shape(in, type, out, fit);
    --depth_;
    if (!has_all || !fits || type.keywords.is_null()) return fits;
    const std::string objection = detail::objection_by_keywords(out, type.keywords);
    return objection.empty() || fail(out, objection);
  }

  Failure failure() && {
    return {"bad_value", place_.empty() ? std::move(what_) : format("at {}: {}", {place_, what_})};
  }

 private:
  static constexpr std::size_t max_depth = 256;

  bool read_shape(const Json& in, const Type& type, Json& out, Fit& fit) {
    switch (type.kind) {
      case Kind::string:
        if (!in.is_string()) return fail(in, "a text");
        out = in;
        return true;
      case Kind::integer:
        return read_integer(in, out, fit);
      case Kind::number:
        return read_number(in, out, fit);
      case Kind::boolean:
        return read_boolean(in, out, fit);
      case Kind::null:
        if (!in.is_null()) return fail(in, "None");
        out = nullptr;
        return true;
      case Kind::any:
        lower(fit, Fit::strict);
        out = in;
        return true;
      case Kind::list:
        return read_list(in, type, out, fit);
      case Kind::dict:
        return read_dict(in, type, out, fit);
      case Kind::one_of:
        return read_union(in, type, out, fit);
      case Kind::literal:
        return read_literal(in, type, out);
      default:
        return has_all && read_rare(in, type, out, fit);
    }
  }

  bool read_rare(const Json& in, const Type& type, Json& out, Fit& fit) {
    switch (type.kind) {
      case Kind::bytes:
        lower(fit, Fit::lax);
        if (!in.is_string()) return fail(in, "a text");
        out = in;
        return true;
      case Kind::datetime:
      case Kind::date:
      case Kind::time:
      case Kind::timedelta:
        return read_moment(in, type, out, fit);
      case Kind::decimal:
        return read_decimal(in, out, fit);
      case Kind::uuid:
        return read_uuid(in, out, fit);
      case Kind::tuple:
        return read_tuple(in, type, out, fit);
      case Kind::set:
        return read_set(in, type, out, fit);
      case Kind::named:
        return read_class(in, *type.definition, out, fit);
      case Kind::code:
      case Kind::reasoning:
        return read_wrapped_text(in, type, out, fit);
      case Kind::ellipsis:
        return false;
      default:
        return read_own(in, type, out, fit);
    }
  }

  /// DSPy's own classes.
  bool read_own(const Json& in, const Type& type, Json& out, Fit& fit) {
    lower(fit, Fit::lax);
    Result<Json> value = is_media(type)                  ? read_media(in, type)
                         : type.kind == Kind::tool_calls ? detail::read_calls_value(in)
                         : type.kind == Kind::history    ? detail::read_history(in)
                                                         : detail::read_tool(in);
    if (value) return out = std::move(*value), true;
    place_.clear();
    what_ = value.error().message;
    return false;
  }

  /// Code and Reasoning, which are objects in Python but texts for everyone else.
  bool read_wrapped_text(const Json& in, const Type& type, Json& out, Fit& fit) {
    lower(fit, Fit::lax);
    const bool code = type.kind == Kind::code;
    const Json& text = in.is_object() ? member(in, code ? "code" : "content") : in;
    if (!text.is_string()) return fail(in, code ? "code, as a text" : "a text");
    out = code ? Json(detail::code_in(text.get_ref<const std::string&>())) : text;
    return true;
  }

  bool read_moment(const Json& in, const Type& type, Json& out, Fit& fit) {
    lower(fit, Fit::lax);
    auto text = detail::read_temporal(in, type.kind);
    if (!text) {
      return fail(in, type.kind == Kind::date        ? "a date, 2020-12-31"
                      : type.kind == Kind::time      ? "a time, 23:59"
                      : type.kind == Kind::timedelta ? "a duration, PT1H30M"
                                                     : "a date and time, 2020-12-31T23:59");
    }
    out = std::move(*text);
    return true;
  }

  bool read_decimal(const Json& in, Json& out, Fit& fit) {
    lower(fit, Fit::lax);
    std::string text = in.is_string()                     ? std::string(python_strip(in.get_ref<const std::string&>()))
                       : in.is_number() || is_integer(in) ? python_str(in)
                                                          : "";
    std::erase(text, '_');
    if (!double_from_text(text) && !double_from_text(text.substr(std::min<std::size_t>(1, text.size()))))
      return fail(in, "a decimal number");
    out = std::move(text);
    return true;
  }

  bool read_uuid(const Json& in, Json& out, Fit& fit) {
    lower(fit, Fit::lax);
    constexpr std::size_t digits = 32;
    std::string text;
    if (in.is_string()) {
      std::string_view given = in.get_ref<const std::string&>();
      if (given.starts_with("urn:uuid:")) given.remove_prefix(9);
      if (given.starts_with('{') && given.ends_with('}')) given = given.substr(1, given.size() - 2);
      for (const char c : given) {
        if (c == '-') continue;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!hex || text.size() > digits + 4) return fail(in, "a UUID");
        if (text.size() == 8 || text.size() == 13 || text.size() == 18 || text.size() == 23) text += '-';
        text += c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
      }
    }
    if (text.size() != digits + 4) return fail(in, "a UUID");
    out = std::move(text);
    return true;
  }

  bool read_tuple(const Json& in, const Type& type, Json& out, Fit& fit) {
    lower(fit, Fit::lax);
    const auto& items = type.arguments;
    const bool open = items.empty() || items.back().kind == Kind::ellipsis;
    if (!in.is_array()) return fail(in, "a list");
    if (!open && in.size() != items.size()) return fail(in, format("{} items", {items.size()}));
    if (items.empty()) return out = in, true;
    Json::array_t read_items(in.size());
    for (std::size_t i = 0; i < read_items.size(); ++i) {
      if (!read(in[i], items[open ? 0 : i], read_items[i], fit)) return at_place(format("[{}]", {i}));
    }
    out = std::move(read_items);
    return true;
  }

  /// Of equal items the first stays.
  bool read_set(const Json& in, const Type& type, Json& out, Fit& fit) {
    lower(fit, Fit::lax);
    Json items;
    if (!read_list(in, type, items, fit)) return false;
    Json::array_t distinct;
    std::map<std::string, bool> seen;
    for (Json& item : items) {
      if (item.is_structured() && type.arguments.empty()) return fail(in, "a list of texts and numbers");
      const Json& key = item;
      if (!seen.emplace(set_key(key), true).second) continue;
      distinct.push_back(std::move(item));
    }
    out = std::move(distinct);
    return true;
  }

  /// Equal for what Python calls equal: 1, 1.0 and True.
  static std::string set_key(const Json& value) {
    if (value.is_boolean()) return value.get<bool>() ? "1" : "0";
    if (value.is_number_float()) {
      if (const auto integer = integer_from_double(value.get<double>())) return integer_text(*integer);
    }
    return dump_json(value);
  }

  bool read_class(const Json& in, const ClassType& type, Json& out, Fit& fit) {
    if (type.kind == ClassType::Kind::enumeration) return read_member(in, type, out, fit);
    if (type.kind != ClassType::Kind::dictionary) lower(fit, Fit::lax);
    if (!in.is_object()) return fail(in, format("an object ({})", {type.name}));
    Json members_read = Json::object();
    auto& target = static_cast<Json::object_t::Container&>(members_read.get_ref<Json::object_t&>());
    target.reserve(type.fields.size());
    std::size_t given = 0;
    for (const ClassField& field : type.fields) {
      auto found = in.find(field.key);
      if (found == in.end() && names_ == SchemaNames::fields) found = in.find(field.name);
      if (found == in.end()) {
        if (field.required) return fail(in, format("a member \"{}\"", {field.key}));
        if (field.default_value) target.emplace_back(field.name, *field.default_value);
        continue;
      }
      ++given;
      Json value;
      if (!read(*found, field.type, value, fit)) return at_place(format(".{}", {field.key}));
      target.emplace_back(field.name, std::move(value));
    }
    if (type.refuses_others && given < in.size()) {
      for (const auto& [name, value] : members(in)) {
        const auto knows = [&](const ClassField& field) { return field.key == name; };
        if (std::none_of(type.fields.begin(), type.fields.end(), knows))
          return fail(in, format("no member \"{}\"", {shortened(name, 40)}));
      }
    }
    fields_set_ = fields_set_.value_or(0) + given;
    out = std::move(members_read);
    return true;
  }

  bool read_member(const Json& in, const ClassType& type, Json& out, Fit& fit) {
    lower(fit, Fit::lax);
    for (const bool exactly : {true, false}) {
      for (const EnumMember& member : type.members) {
        if (!(exactly ? same_value(in, member.value) : python_equal(in, member.value))) continue;
        out = member.value;
        return true;
      }
    }
    const std::string base = text_member(type.definition, "base");
    if (base == "int" && in.is_string()) {
      if (const auto number = integer_from_lax_text(in.get_ref<const std::string&>()))
        return read_member(*number, type, out, fit);
    }
    std::string wanted;
    for (const EnumMember& member : type.members) (wanted += wanted.empty() ? "" : ", ") += python_str(member.value);
    return fail(in, format("one of {}", {shortened(wanted, 200)}));
  }

  static void lower(Fit& fit, Fit bound) { fit = std::min(fit, bound); }

  bool fail(const Json& in, std::string_view wanted) {
    place_.clear();
    what_ = format("expected {}, found {}", {wanted, shortened(dump_json(in), 80)});
    return false;
  }

  bool read_integer(const Json& in, Json& out, Fit& fit) {
    if (is_integer(in)) return out = in, true;
    lower(fit, Fit::lax);
    if (in.is_boolean()) return out = in.get<bool>() ? 1 : 0, true;
    std::optional<Json> number;
    if (in.is_number_float()) number = integer_from_double(in.get<double>());
    if (in.is_string()) number = integer_from_lax_text(in.get_ref<const std::string&>());
    if (!number) return fail(in, "an integer");
    out = std::move(*number);
    return true;
  }

  bool read_number(const Json& in, Json& out, Fit& fit) {
    if (in.is_number_float()) return out = in, true;
    if (is_integer(in)) {
      lower(fit, Fit::strict);
      const double number = as_double(in);
      if (!std::isfinite(number)) return fail(in, "a number that a float can hold");
      return out = number, true;
    }
    lower(fit, Fit::lax);
    if (in.is_boolean()) return out = in.get<bool>() ? 1.0 : 0.0, true;
    const auto number = in.is_string() ? double_from_lax_text(in.get_ref<const std::string&>()) : std::nullopt;
    if (!number) return fail(in, "a number");
    return out = *number, true;
  }

  bool read_boolean(const Json& in, Json& out, Fit& fit) {
    if (in.is_boolean()) return out = in, true;
    lower(fit, Fit::lax);
    std::optional<bool> truth;
    if (in.is_string()) truth = bool_from_text(in.get_ref<const std::string&>());
    if (in.is_number() && (in == 0 || in == 1)) truth = in == 1;
    if (!truth) return fail(in, "True or False");
    return out = *truth, true;
  }

  bool read_list(const Json& in, const Type& type, Json& out, Fit& fit) {
    if (!in.is_array()) return fail(in, "a list");
    if (type.arguments.empty() || type.arguments[0].kind == Kind::any) return out = in, true;
    Json::array_t items(in.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!read(in[i], type.arguments[0], items[i], fit)) return at_place(format("[{}]", {i}));
    }
    out = std::move(items);
    return true;
  }

  bool read_dict(const Json& in, const Type& type, Json& out, Fit& fit) {
    if (!in.is_object()) return fail(in, "a dict");
    if (!in.empty() && (type.arguments.empty() || type.arguments[1].kind == Kind::any)) lower(fit, Fit::strict);
    if (type.arguments.empty()) return out = in, true;
    const bool plain_keys = type.arguments[0].is_str();
    Json members = Json::object();
    auto& target = members.get_ref<Json::object_t&>();
    target.reserve(in.size());
    for (const auto& [name, value] : in.get_ref<const Json::object_t&>()) {
      Json key = name, item;
      if (!plain_keys && !read(name, type.arguments[0], key, fit))
        return at_place(format("key {}", {shortened(name, 40)}));
      if (!read(value, type.arguments[1], item, fit)) return at_place(format(".{}", {shortened(name, 40)}));
      if (plain_keys)
        static_cast<Json::object_t::Container&>(target).emplace_back(name,
                                                                     std::move(item));  // keys of a dict are distinct
      else
        target[key_text(key)] = std::move(item);
    }
    out = std::move(members);
    return true;
  }

  static std::string key_text(const Json& key) {
    return key.is_boolean() ? (key.get<bool>() ? "true" : "false") : python_str(key);
  }

  bool at_place(std::string place) {
    place_ = std::move(place) + place_;
    return false;
  }

  /// pydantic's smart mode: of the choices that fit, the one with the most fields given, then the one that fits best.
  bool read_union(const Json& in, const Type& type, Json& out, Fit& fit) {
    if (in.is_null() && allows_none(type)) return out = nullptr, true;
    std::optional<Fit> best;
    std::optional<std::size_t> best_fields;
    const std::optional<std::size_t> fields_before = fields_set_;
    for (const Type& choice : type.arguments) {
      if (choice.kind == Kind::null) continue;
      Fit this_fit = Fit::exact;
      Json value;
      fields_set_.reset();
      if (!read(in, choice, value, this_fit)) continue;
      const bool more = best_fields && fields_set_ && *best_fields != *fields_set_ ? *best_fields < *fields_set_
                                                                                   : !best || *best < this_fit;
      if (!more) continue;
      best = this_fit;
      best_fields = fields_set_;
      out = std::move(value);
      if (this_fit == Fit::exact && !fields_set_) break;
    }
    fields_set_ = fields_before;
    if (best_fields) fields_set_ = fields_set_.value_or(0) + *best_fields;
    if (!best) return fail(in, display_name(type));
    lower(fit, *best);
    return true;
  }

  /// The value itself, else one that equals it: a bool looks among the integers first, other numbers look there last.
  bool read_literal(const Json& in, const Type& type, Json& out) {
    const auto take = [&](auto fits) {
      const auto found = std::find_if(type.values.begin(), type.values.end(), fits);
      if (found == type.values.end()) return false;
      out = *found;
      return true;
    };
    if (take([&](const Json& value) { return same_value(in, value); })) return true;
    const bool integer_first = in.is_boolean();
    for (const bool integers : {integer_first, !integer_first}) {
      if (take([&](const Json& value) { return is_integer(value) == integers && python_equal(in, value); }))
        return true;
    }
    return fail(in, display_name(type));
  }

  SchemaNames names_;
  std::string what_, place_;
  std::size_t depth_ = 0;
  std::optional<std::size_t> fields_set_ = {};  ///< of the objects read so far
};

}  // namespace

Result<Json> validate(const Json& value, const Type& type, SchemaNames names) {
  Validator validator(names);
  Json result;
  Fit fit = Fit::exact;
  if (!validator.read(value, type, result, fit)) return std::move(validator).failure();
  return result;
}

}  // namespace strop
