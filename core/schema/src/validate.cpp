#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
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
#include "decimal.hpp"
#include "keywords.hpp"
#include "lax_text.hpp"
#include "own_values.hpp"
#include "temporal.hpp"
#include "value_index.hpp"

namespace strop {
namespace {

using Kind = Type::Kind;
using detail::bool_from_text, detail::double_from_lax_text, detail::integer_from_double, detail::integer_from_lax_text;

/// How well a value fits, which decides between a Union's choices: pydantic's smart mode.
enum class Fit { lax, strict, exact };

class Validator {
 public:
  Validator(SchemaNames names, detail::ValueIndex& index) : names_(names), index_(index) {}

  /// Whether the value fits; then `out` is the value as the type has it and `fit` is lowered to how well it does.
  bool read(const Json& in, const Type& type, Json& out, Fit& fit) {
    if (depth_ > max_depth) return fail(in, format("at most {} levels", {max_depth}));
    ++depth_;
    const bool fits = read_shape(in, type, out, fit);
    --depth_;
    if (!has_all || !fits || type.keywords.is_null()) return fits;
    const bool decimal = type.kind == Kind::decimal;
    const std::string objection = detail::objection_by_keywords(
        decimal ? Json(double_from_text(out.get_ref<const std::string&>()).value_or(0)) : out, type.keywords);
    return objection.empty() || fail(out, objection);
  }

  Failure failure() && {
    return {"bad_value", place_.empty() ? std::move(what_) : format("at {}: {}", {place_, what_})};
  }

 private:
  static constexpr std::size_t max_depth = 256;

  /// What is read in its life is no item of a set, whatever is read within it.
  class Unhashable {
   public:
    explicit Unhashable(Validator& validator) : validator_(validator) {}
    Unhashable(const Unhashable&) = delete;
    Unhashable& operator=(const Unhashable&) = delete;
    ~Unhashable() { validator_.hashable_ = false; }

   private:
    Validator& validator_;
  };

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
        if (in.is_structured()) hashable_ = false;
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
    lower(fit, Fit::strict);
    Result<Json> value = is_media(type)                  ? read_media(in, type)
                         : type.kind == Kind::tool_calls ? detail::read_calls_value(in)
                         : type.kind == Kind::history    ? detail::read_history(in)
                                                         : detail::read_tool(in);
    if (value) {
      const bool frozen = type.kind == Kind::image || type.kind == Kind::audio || type.kind == Kind::file;
      hashable_ = hashable_ && frozen;
      // Those that DSPy makes in a way of its own do not tell pydantic how much of them was given.
      if (!frozen && type.kind != Kind::tool) fields_set_ = fields_set_.value_or(0) + fields_given(in, *value);
      return out = std::move(*value), true;
    }
    place_.clear();
    what_ = value.error().message;
    return false;
  }

  static std::size_t fields_given(const Json& in, const Json& value) {
    return in.is_object() && in.contains("data") ? value.size() : 1 + (in.contains("tool_call_results") ? 1 : 0);
  }

  /// Code and Reasoning, which are objects in Python but texts for everyone else.
  bool read_wrapped_text(const Json& in, const Type& type, Json& out, Fit& fit) {
    lower(fit, Fit::strict);
    const bool code = type.kind == Kind::code;
    const Json& text = in.is_object() ? member(in, code ? "code" : "content") : in;
    if (!text.is_string()) return fail(in, code ? "code, as a text" : "a text");
    hashable_ = false;
    fields_set_ = fields_set_.value_or(0) + 1;
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
    std::optional<std::string> text;
    if (in.is_string())
      text = detail::decimal_text(in.get_ref<const std::string&>());
    else if (in.is_number() || is_integer(in))
      text = detail::decimal_text(python_str(in));
    if (!text) return fail(in, "a decimal number");
    out = std::move(*text);
    return true;
  }

  /// Digits with hyphens, also in braces or behind "urn:uuid:", or digits alone.
  bool read_uuid(const Json& in, Json& out, Fit& fit) {
    lower(fit, Fit::lax);
    if (!in.is_string()) return fail(in, "a UUID");
    std::string text = ascii_lower(in.get_ref<const std::string&>());
    constexpr std::size_t hyphens[] = {8, 13, 18, 23};
    if (in.get_ref<const std::string&>().starts_with("urn:uuid:")) {
      text.erase(0, 9);
    } else if (text.size() == 38 && text.starts_with('{') && text.ends_with('}')) {
      text = text.substr(1, 36);
    } else if (text.size() == 32) {
      for (const std::size_t at : hyphens) text.insert(at, 1, '-');
    }
    bool right = text.size() == 36;
    for (std::size_t k = 0; right && k < text.size(); ++k) {
      const bool hyphen = std::find(std::begin(hyphens), std::end(hyphens), k) != std::end(hyphens);
      const char c = text[k];
      right = hyphen ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    if (!right) return fail(in, "a UUID");
    out = std::move(text);
    return true;
  }

  bool read_tuple(const Json& in, const Type& type, Json& out, Fit& fit) {
    lower(fit, Fit::lax);
    const auto& items = type.arguments;
    const bool open = items.empty() || items.back().kind == Kind::ellipsis;
    if (!in.is_array()) return fail(in, "a list");
    if (!open && in.size() != items.size()) return fail(in, format("{} items", {items.size()}));
    if (items.empty()) {
      for (const Json& item : in) hashable_ = hashable_ && !item.is_structured();
      return out = in, true;
    }
    Json::array_t read_items(in.size());
    for (std::size_t i = 0; i < read_items.size(); ++i) {
      if (!read(in[i], items[open ? 0 : i], read_items[i], fit)) return at_place(format("[{}]", {i}));
    }
    out = std::move(read_items);
    return true;
  }

  /// Of equal items the first stays.
  bool read_set(const Json& in, const Type& type, Json& out, Fit& fit) {
    static const Type any{Kind::any};
    lower(fit, Fit::lax);
    if (!in.is_array()) return fail(in, "a list");
    const Type& item_type = type.arguments.empty() ? any : type.arguments[0];
    Json::array_t distinct;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < in.size(); ++i) {
      Json item;
      hashable_ = true;
      if (!read(in[i], item_type, item, fit)) return at_place(format("[{}]", {i}));
      if (!hashable_) return fail(in[i], "what Python can keep in a set"), at_place(format("[{}]", {i}));
      std::string key;
      append_key(key, item);
      if (seen.insert(std::move(key)).second) distinct.push_back(std::move(item));
    }
    hashable_ = type.name == "frozenset";
    out = std::move(distinct);
    return true;
  }

  /// Equal for what Python calls equal: 1, 1.0 and True.
  static void append_key(std::string& key, const Json& value) {
    if (value.is_array()) {
      key += '[';
      for (const Json& item : value) append_key(key, item), key += ',';
      key += ']';
    } else if (value.is_boolean()) {
      key += value.get<bool>() ? '1' : '0';
    } else {
      std::optional<Json> integer;
      if (value.is_number_float()) integer = integer_from_double(value.get<double>());
      append_json(key, integer ? *integer : value);
    }
  }

  bool read_class(const Json& in, const ClassType& type, Json& out, Fit& fit) {
    if (type.kind == ClassType::Kind::enumeration) return read_member(in, type, out, fit);
    const Unhashable unhashable(*this);
    if (type.kind != ClassType::Kind::dictionary) lower(fit, Fit::strict);
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
    const auto value_of = [](const EnumMember& member) { return &member.value; };
    const auto take = [&](bool (*equal)(const Json&, const Json&)) {
      return found(index_.first(type.members, value_of, in, [&](const Json& value) { return equal(in, value); }), out);
    };
    if (take(same_value) || take(python_equal)) return true;
    const std::string base = text_member(type.definition, "base");
    if (base == "int" && in.is_string()) {
      if (const auto number = integer_from_lax_text(in.get_ref<const std::string&>()))
        return read_member(*number, type, out, fit);
    }
    if (type.members.size() > detail::ValueIndex::few)
      return fail(in, format("one of {} values", {type.members.size()}));
    std::string wanted;
    for (const EnumMember& member : type.members) (wanted += wanted.empty() ? "" : ", ") += python_str(member.value);
    return fail(in, format("one of {}", {shortened(wanted, 200)}));
  }

  static void lower(Fit& fit, Fit bound) { fit = std::min(fit, bound); }

  bool fail(const Json& in, std::string_view wanted) {
    place_.clear();
    what_ = bad_value(wanted, in).message;
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
    const Unhashable unhashable(*this);
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
    const Unhashable unhashable(*this);
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
    const bool hashable_before = hashable_;
    bool best_hashable = true;
    for (const Type& choice : type.arguments) {
      if (choice.kind == Kind::null) continue;
      Fit this_fit = Fit::exact;
      Json value;
      fields_set_.reset();
      hashable_ = true;
      if (!read(in, choice, value, this_fit)) continue;
      const bool more = best_fields && fields_set_ && *best_fields != *fields_set_ ? *best_fields < *fields_set_
                                                                                   : !best || *best < this_fit;
      if (!more) continue;
      best = this_fit;
      best_fields = fields_set_;
      best_hashable = hashable_;
      out = std::move(value);
      if (this_fit == Fit::exact && !fields_set_) break;
    }
    fields_set_ = fields_before;
    hashable_ = hashable_before && best_hashable;
    if (best_fields) fields_set_ = fields_set_.value_or(0) + *best_fields;
    if (!best) return fail(in, display_name(type));
    lower(fit, *best);
    return true;
  }

  /// The value itself, else one that equals it: a bool looks among the integers first, other numbers look there last.
  bool read_literal(const Json& in, const Type& type, Json& out) {
    const auto take = [&](auto fits) { return found(index_.first(type.values, in, fits), out); };
    if (take([&](const Json& value) { return same_value(in, value); })) return true;
    const bool integer_first = in.is_boolean();
    for (const bool integers : {integer_first, !integer_first}) {
      if (take([&](const Json& value) { return is_integer(value) == integers && python_equal(in, value); }))
        return true;
    }
    return fail(in, type.values.size() > detail::ValueIndex::few ? format("one of {} values", {type.values.size()})
                                                                 : display_name(type));
  }

  static bool found(const Json* value, Json& out) {
    if (value) out = *value;
    return value != nullptr;
  }

  SchemaNames names_;
  detail::ValueIndex& index_;
  std::string what_, place_;
  std::size_t depth_ = 0;
  std::optional<std::size_t> fields_set_ = {};  ///< of the objects read so far
  bool hashable_ = true;                        ///< whether what was read last may be in a set
};

}  // namespace

Result<Json> detail::validate(const Json& value, const Type& type, SchemaNames names, ValueIndex& index) {
  Validator validator(names, index);
  Json result;
  Fit fit = Fit::exact;
  if (!validator.read(value, type, result, fit)) return std::move(validator).failure();
  return result;
}

Result<Json> validate(const Json& value, const Type& type, SchemaNames names) {
  detail::ValueIndex index;
  return detail::validate(value, type, names, index);
}

}  // namespace strop
