#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <strop/schema/parse_value.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_value.hpp>

namespace strop {
namespace {

using Kind = Type::Kind;

/// How well a value fits, which decides between a Union's choices: pydantic's smart mode.
enum class Fit { lax, strict, exact };

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

std::optional<bool> bool_from_text(std::string_view text) {
  for (const char* word : {"1", "true", "yes", "on", "t", "y"}) {
    if (equals_ignoring_case(text, word)) return true;
  }
  for (const char* word : {"0", "false", "no", "off", "f", "n"}) {
    if (equals_ignoring_case(text, word)) return false;
  }
  return std::nullopt;
}

/// Single underscores between digits are removed; nothing when there are others.
std::optional<std::string> without_underscores(std::string_view text) {
  if (text.starts_with('_') || text.ends_with('_') || text.find("__") != text.npos) return std::nullopt;
  std::string result(text);
  std::erase(result, '_');
  return result;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Json> integer_from_lax_text(std::string_view text) {
  constexpr std::size_t limit = 4300;
  text = python_strip(text);
  if (text.size() > limit) return std::nullopt;
  const std::string sign = text.starts_with('-') ? "-" : "";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (const std::size_t point = text.find('.'); point != text.npos) {  // "1.00" is an integer
    const std::string_view zeros = text.substr(point + 1);
    if (zeros.empty() || zeros.find_first_not_of('0') != zeros.npos) return std::nullopt;
    text = text.substr(0, point);
  }
  const std::optional<std::string> digits = without_underscores(text);
  if (!digits || !all_digits(*digits)) return std::nullopt;
  return integer_from_text(sign + *digits);
}

std::optional<double> double_from_lax_text(std::string_view text) {
  text = python_strip(text);
  if (const auto number = double_from_text(text)) return number;
  const std::string_view word = text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
  const double sign = text.starts_with('-') ? -1 : 1;
  if (equals_ignoring_case(word, "inf") || equals_ignoring_case(word, "infinity")) {
    return sign * std::numeric_limits<double>::infinity();
  }
  if (equals_ignoring_case(word, "nan")) return std::numeric_limits<double>::quiet_NaN();
  const auto plain = without_underscores(text);
  return plain ? double_from_text(*plain) : std::nullopt;
}

std::optional<Json> integer_from_double(double number) {
  if (!(number > -9.2233720368547758e18 && number < 9.2233720368547758e18) || number != std::trunc(number))
    return std::nullopt;
  return Json(static_cast<std::int64_t>(number));
}

class Validator {
 public:
  /// Whether the value fits; then `out` is the value as the type has it and `fit` is lowered to how well it does.
  bool read(const Json& in, const Type& type, Json& out, Fit& fit) {
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
    }
    return false;
  }

  Failure failure() && {
    return {"bad_value", place_.empty() ? std::move(what_) : format("at {}: {}", {place_, what_})};
  }

 private:
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

  bool read_union(const Json& in, const Type& type, Json& out, Fit& fit) {
    if (in.is_null() && allows_none(type)) return out = nullptr, true;
    std::optional<Fit> best;
    for (const Type& choice : type.arguments) {
      Fit this_fit = Fit::exact;
      Json value;
      if (choice.kind == Kind::null || !read(in, choice, value, this_fit) || (best && *best >= this_fit)) continue;
      best = this_fit;
      out = std::move(value);
      if (this_fit == Fit::exact) break;
    }
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

  std::string what_, place_;
};

}  // namespace

Result<Json> validate(const Json& value, const Type& type) {
  Validator validator;
  Json result;
  Fit fit = Fit::exact;
  if (!validator.read(value, type, result, fit)) return std::move(validator).failure();
  return result;
}

}  // namespace strop
