#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <strop/schema/json_schema_check.hpp>
#include <strop/text/format.hpp>
#include <strop/text/sort.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/equality.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>

namespace strop {
namespace {

constexpr std::size_t most_references = 1'000'000, most_depth = 128;

bool is_number(const Json& value) { return value.is_number() || is_integer(value); }

/// As in JSON Schema: 1.0 is an integer.
bool is_whole(const Json& value) {
  return is_integer(value) || (value.is_number_float() && value.get<double>() == std::trunc(value.get<double>()) &&
                               std::isfinite(value.get<double>()));
}

/// Below, equal or above: -1, 0, 1. NaN is none of them: 2.
int compared(const Json& a, const Json& b) {
  const auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2; };
  if (a.is_number_integer() && b.is_number_integer()) return sign(a.get<std::int64_t>(), b.get<std::int64_t>());
  return sign(as_double(a), as_double(b));
}

bool is_a(const Json& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "integer") return is_whole(value);
  if (type == "number") return is_number(value);
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  return value.is_null();
}

bool distinct(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& item : list) texts.push_back(equality_text(item));
  sort(texts);
  return std::adjacent_find(texts.begin(), texts.end()) == texts.end();
}

std::string shown(const Json& value) { return shortened(dump_json(value), 80); }

/// What the value of a keyword may be.
enum class Form {
  any,
  text,
  truth,
  number,
  positive,
  count,
  list,
  texts,
  types,
  schema,
  schemas,
  schemas_by_name,
  texts_by_name,
  unknown
};

struct Keyword {
  std::string_view name;
  Form form;
};

constexpr auto keywords = std::to_array<Keyword>({
    {"type", Form::types},
    {"enum", Form::list},
    {"const", Form::any},
    {"multipleOf", Form::positive},
    {"minimum", Form::number},
    {"maximum", Form::number},
    {"exclusiveMinimum", Form::number},
    {"exclusiveMaximum", Form::number},
    {"minLength", Form::count},
    {"maxLength", Form::count},
    {"minItems", Form::count},
    {"maxItems", Form::count},
    {"minContains", Form::count},
    {"maxContains", Form::count},
    {"minProperties", Form::count},
    {"maxProperties", Form::count},
    {"uniqueItems", Form::truth},
    {"required", Form::texts},
    {"dependentRequired", Form::texts_by_name},
    {"properties", Form::schemas_by_name},
    {"dependentSchemas", Form::schemas_by_name},
    {"$defs", Form::schemas_by_name},
    {"definitions", Form::schemas_by_name},
    {"items", Form::schema},
    {"contains", Form::schema},
    {"additionalProperties", Form::schema},
    {"propertyNames", Form::schema},
    {"not", Form::schema},
    {"if", Form::schema},
    {"then", Form::schema},
    {"else", Form::schema},
    {"prefixItems", Form::schemas},
    {"allOf", Form::schemas},
    {"anyOf", Form::schemas},
    {"oneOf", Form::schemas},
    {"$ref", Form::text},
    {"pattern", Form::text},
    {"format", Form::text},
    {"title", Form::text},
    {"description", Form::text},
    {"$comment", Form::text},
    {"examples", Form::list},
    {"deprecated", Form::truth},
    {"readOnly", Form::truth},
    {"writeOnly", Form::truth},
    {"patternProperties", Form::unknown},
    {"unevaluatedProperties", Form::unknown},
    {"unevaluatedItems", Form::unknown},
    {"$dynamicRef", Form::unknown},
    {"$anchor", Form::unknown},
    {"$dynamicAnchor", Form::unknown},
});

bool are_texts(const Json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_string(); }) && distinct(value);
}

bool is_type(const Json& value) {
  constexpr auto types =
      std::to_array<std::string_view>({"string", "integer", "number", "boolean", "array", "object", "null"});
  return value.is_string() && std::find(types.begin(), types.end(), value.get_ref<const std::string&>()) != types.end();
}

bool has_form(const Json& value, Form form) {
  switch (form) {
    case Form::text:
      return value.is_string();
    case Form::truth:
      return value.is_boolean();
    case Form::number:
      return is_number(value);
    case Form::positive:
      return is_number(value) && as_double(value) > 0;
    case Form::count:
      return is_whole(value) && as_double(value) >= 0;
    case Form::list:
      return value.is_array();
    case Form::texts:
      return are_texts(value);
    case Form::types:
      return value.is_array() ? !value.empty() && std::all_of(value.begin(), value.end(), is_type) && distinct(value)
                              : is_type(value);
    case Form::texts_by_name:
      return value.is_object() && std::all_of(members(value).begin(), members(value).end(),
                                              [](const auto& member) { return are_texts(member.second); });
    case Form::schemas:
      return value.is_array() && !value.empty();
    case Form::schemas_by_name:
      return value.is_object();
    default:
      return true;
  }
}

/// Whether every keyword has a value that it can have; what is not known as a keyword means nothing, as in the drafts.
std::optional<Failure> bad_schema(const Json& schema) {
  if (schema.is_boolean()) return std::nullopt;
  if (!schema.is_object()) return Failure{"bad_schema", format("{} is no schema", {shown(schema)})};
  for (const auto& [name, value] : members(schema)) {
    const auto keyword =
        std::find_if(keywords.begin(), keywords.end(), [&](const Keyword& k) { return k.name == name; });
    if (keyword == keywords.end()) continue;
    if (keyword->form == Form::unknown)
      return Failure{"unsupported", format("the keyword \"{}\" is not known here", {name})};
    if (!has_form(value, keyword->form))
      return Failure{"bad_schema", format("\"{}\" cannot be {}", {name, shown(value)})};
    if (keyword->form == Form::schema) {
      if (auto failure = bad_schema(value)) return failure;
    } else if (keyword->form == Form::schemas || keyword->form == Form::schemas_by_name) {
      for (const Json& inner : value)
        if (auto failure = bad_schema(inner)) return failure;
    }
  }
  return std::nullopt;
}

/// One part of a JSON pointer, with its escapes read.
std::string pointer_part(std::string_view part) {
  std::string text;
  for (std::size_t at = 0; at < part.size(); ++at) {
    if (part[at] == '~' && at + 1 < part.size() && (part[at + 1] == '0' || part[at + 1] == '1'))
      text += part[++at] == '0' ? '~' : '/';
    else
      text += part[at];
  }
  return text;
}

class Checker {
 public:
  explicit Checker(const Json& root) : root_(root) {}

  bool fits(const Json& value, const Json& schema) {
    if (stopped_) return false;
    if (schema.is_boolean()) return schema.get<bool>() || fail("no value is allowed here");
    if (++depth_ > most_depth) return stop("the schema refers to itself too often");
    const bool fit = fits_type(value, schema) && fits_number(value, schema) && fits_text(value, schema) &&
                     fits_array(value, schema) && fits_object(value, schema) && fits_parts(value, schema);
    --depth_;
    return fit && !stopped_;
  }

  Failure failure() && { return {"bad_value", place_.empty() ? std::move(what_) : format("{}: {}", {place_, what_})}; }

 private:
  bool fail(std::string what) {
    if (stopped_) return false;
    place_.clear();
    what_ = std::move(what);
    return false;
  }

  /// A failure that no other choice makes good.
  bool stop(std::string what) {
    fail(std::move(what));
    stopped_ = true;
    return false;
  }

  bool fits_at(const Json& value, const Json& schema, const std::string& place) {
    if (fits(value, schema)) return true;
    if (!place_.empty() && place_.front() != '[') place_.insert(0, ".");
    place_.insert(0, place);
    return false;
  }

  /// Calls `use` with the keyword's value where it is there; true where it is not.
  template <class Use>
  static bool with(const Json& schema, const char* keyword, Use use) {
    const auto found = schema.find(keyword);
    return found == schema.end() || use(*found);
  }

  bool fits_type(const Json& value, const Json& schema) {
    return with(schema, "type",
                [&](const Json& type) {
                  const bool fit = type.is_array()
                                       ? std::any_of(type.begin(), type.end(),
                                                     [&](const Json& each) {
                                                       return is_a(value, each.get_ref<const std::string&>());
                                                     })
                                       : is_a(value, type.get_ref<const std::string&>());
                  return fit || fail(format("{} is not of type {}", {shown(value), dump_json(type)}));
                }) &&
           with(schema, "enum",
                [&](const Json& allowed) {
                  return texts_of(allowed, allowed).contains(equality_text(value)) ||
                         fail(allowed.size() > 64 ? format("{} is not one of {} values", {shown(value), allowed.size()})
                                                  : format("{} is not one of {}", {shown(value), shown(allowed)}));
                }) &&
           with(schema, "const", [&](const Json& only) {
             return texts_of(only, std::span(&only, 1)).contains(equality_text(value)) ||
                    fail(format("{} was expected", {shown(only)}));
           });
  }

  /// Made once for each "enum" and "const": there may be as many values to be checked as are allowed.
  template <class Values>
  const std::set<std::string>& texts_of(const Json& keyword, const Values& allowed) {
    const auto [texts, made] = texts_.try_emplace(&keyword);
    if (made) {
      for (const Json& each : allowed) texts->second.insert(equality_text(each));
    }
    return texts->second;
  }

  bool fits_number(const Json& value, const Json& schema) {
    if (!is_number(value)) return true;
    const auto bound = [&](const char* keyword, const char* is, auto broken) {
      return with(schema, keyword, [&](const Json& limit) {
        return !broken(compared(value, limit)) || fail(format("{} is {} {}", {shown(value), is, shown(limit)}));
      });
    };
    return bound("minimum", "less than", [](int order) { return order == -1; }) &&
           bound("maximum", "greater than", [](int order) { return order == 1; }) &&
           bound("exclusiveMinimum", "not greater than", [](int order) { return order == -1 || order == 0; }) &&
           bound("exclusiveMaximum", "not less than", [](int order) { return order == 1 || order == 0; }) &&
           with(schema, "multipleOf", [&](const Json& step) {
             return is_multiple(value, step) || fail(format("{} is not a multiple of {}", {shown(value), shown(step)}));
           });
  }

  /// As Python's jsonschema computes it, which divides where the step is a float.
  static bool is_multiple(const Json& value, const Json& step) {
    if (value.is_number_integer() && step.is_number_integer())
      return value.get<std::int64_t>() % step.get<std::int64_t>() == 0;
    const double number = as_double(value), unit = as_double(step);
    if (!step.is_number_float()) return std::fmod(number, unit) == 0;
    const double quotient = number / unit;
    return std::isinf(quotient) ? std::fmod(number, unit) == 0 : quotient == std::trunc(quotient);
  }

  bool within(std::size_t size, const Json& schema, const char* least, const char* most, const char* what) {
    const Json count = size;
    return with(schema, least,
                [&](const Json& limit) {
                  return compared(count, limit) >= 0 ||
                         fail(format("there are fewer than {} {}", {shown(limit), what}));
                }) &&
           with(schema, most, [&](const Json& limit) {
             return compared(count, limit) <= 0 || fail(format("there are more than {} {}", {shown(limit), what}));
           });
  }

  bool fits_text(const Json& value, const Json& schema) {
    if (!value.is_string()) return true;
    return within(count_code_points(value.get_ref<const std::string&>()), schema, "minLength", "maxLength",
                  "characters");
  }

  bool fits_array(const Json& value, const Json& schema) {
    if (!value.is_array()) return true;
    if (!within(value.size(), schema, "minItems", "maxItems", "items")) return false;
    const Json& first = member(schema, "prefixItems");
    for (std::size_t k = 0; k < std::min(first.size(), value.size()); ++k)
      if (!fits_at(value[k], first[k], format("[{}]", {k}))) return false;
    const bool rest = with(schema, "items", [&](const Json& item) {
      for (std::size_t k = first.size(); k < value.size(); ++k)
        if (!fits_at(value[k], item, format("[{}]", {k}))) return false;
      return true;
    });
    return rest && fits_contains(value, schema) && with(schema, "uniqueItems", [&](const Json& unique) {
             return unique == false || distinct(value) || fail("the items are not distinct");
           });
  }

  bool fits_contains(const Json& value, const Json& schema) {
    const auto wanted = schema.find("contains");
    if (wanted == schema.end()) return true;
    std::size_t found = 0;
    for (const Json& item : value) {
      found += fits(item, *wanted);
      if (stopped_) return false;
    }
    if (!schema.contains("minContains") && found == 0) return fail("no item is of the kind that is wanted");
    return within(found, schema, "minContains", "maxContains", "items of the kind that is wanted");
  }

  bool fits_object(const Json& value, const Json& schema) {
    if (!value.is_object()) return true;
    if (!within(value.size(), schema, "minProperties", "maxProperties", "members")) return false;
    const auto needs = [&](const Json& names) {
      for (const Json& name : names)
        if (!value.contains(name.get_ref<const std::string&>())) return fail(format("{} is missing", {shown(name)}));
      return true;
    };
    const Json& known = member(schema, "properties");
    if (!with(schema, "required", needs)) return false;
    for (const auto& [name, needed] : members(member(schema, "dependentRequired")))
      if (value.contains(name) && !needs(needed)) return false;
    for (const auto& [name, inner] : members(known))
      if (const auto found = value.find(name); found != value.end() && !fits_at(*found, inner, name)) return false;
    for (const auto& [name, inner] : members(member(schema, "dependentSchemas")))
      if (value.contains(name) && !fits(value, inner)) return false;
    return with(schema, "propertyNames",
                [&](const Json& inner) {
                  for (const auto& [name, item] : members(value))
                    if (!fits_at(name, inner, "name " + shortened(name, 40))) return false;
                  return true;
                }) &&
           with(schema, "additionalProperties", [&](const Json& inner) {
             for (const auto& [name, item] : members(value)) {
               if (known.contains(name)) continue;
               if (inner == false) return fail(format("there can be no \"{}\"", {shortened(name, 40)}));
               if (!fits_at(item, inner, shortened(name, 40))) return false;
             }
             return true;
           });
  }

  bool fits_parts(const Json& value, const Json& schema) {
    const auto count = [&](const Json& choices, std::size_t most) {
      std::size_t fitting = 0;
      for (const Json& choice : choices)
        if (fitting < most) fitting += fits(value, choice);
      return fitting;
    };
    return with(schema, "$ref",
                [&](const Json& to) { return fits_reference(value, to.get_ref<const std::string&>()); }) &&
           with(schema, "allOf",
                [&](const Json& all) {
                  return std::all_of(all.begin(), all.end(), [&](const Json& each) { return fits(value, each); });
                }) &&
           with(schema, "anyOf",
                [&](const Json& choices) {
                  return count(choices, 1) == 1 || fail(format("{} fits none of the choices", {shown(value)}));
                }) &&
           with(schema, "oneOf",
                [&](const Json& choices) {
                  const std::size_t fitting = count(choices, 2);
                  return fitting == 1 || fail(format("{} fits {} of the choices, not one",
                                                     {shown(value), fitting == 0 ? "none" : "more than one"}));
                }) &&
           with(schema, "not",
                [&](const Json& refused) {
                  return !fits(value, refused) || fail(format("{} is what it must not be", {shown(value)}));
                }) &&
           with(schema, "if", [&](const Json& condition) {
             const char* branch = fits(value, condition) ? "then" : "else";
             return with(schema, branch, [&](const Json& inner) { return fits(value, inner); });
           });
  }

  bool fits_reference(const Json& value, std::string_view reference) {
    if (++references_ > most_references) return stop("the schema refers to itself too often");
    const Json* target = &root_;
    if (reference != "#" && !reference.starts_with("#/"))
      return stop(format("the schema refers to \"{}\", which is not a place within it", {reference}));
    for (std::size_t at = 1; at < reference.size();) {
      const std::size_t end = std::min(reference.find('/', at + 1), reference.size());
      const std::string part = pointer_part(reference.substr(at + 1, end - at - 1));
      const Json* next = nullptr;
      if (target->is_object() && target->contains(part)) next = &(*target)[part];
      if (target->is_array() && !part.empty() && part.size() < 6 &&
          std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        std::size_t index = 0;
        for (const char c : part) index = 10 * index + static_cast<std::size_t>(c - '0');
        if (index < target->size()) next = &(*target)[index];
      }
      if (!next) return stop(format("the schema refers to \"{}\", which is not there", {reference}));
      target = next;
      at = end;
    }
    if (checked_.insert(target).second)  // it may lie where no schema is looked for
      if (auto bad = bad_schema(*target)) return stop(std::move(bad->message));
    return fits(value, *target);
  }

  const Json& root_;
  std::set<const Json*> checked_;
  std::map<const Json*, std::set<std::string>> texts_ = {};  ///< see texts_of
  std::size_t depth_ = 0, references_ = 0;
  bool stopped_ = false;
  std::string what_, place_;
};

}  // namespace

std::optional<Failure> check_json_schema(const Json& value, const Json& schema) {
  if (auto failure = bad_schema(schema)) return failure;
  Checker checker(schema);
  if (checker.fits(value, schema)) return std::nullopt;
  return std::move(checker).failure();
}

}  // namespace strop
