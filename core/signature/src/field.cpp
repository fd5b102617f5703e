#include <algorithm>
#include <array>
#include <strop/schema/class_type.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/signature/field.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/format.hpp>
#include <strop/text/infer_prefix.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_value.hpp>

namespace strop {
namespace {

struct Phrase {
  std::string_view name, text;
};

constexpr std::array phrases = std::to_array<Phrase>({
    {"gt", "greater than: "},
    {"ge", "greater than or equal to: "},
    {"lt", "less than: "},
    {"le", "less than or equal to: "},
    {"min_length", "minimum length: "},
    {"max_length", "maximum length: "},
    {"multiple_of", "a multiple of the given number: "},
    {"allow_inf_nan", "allow 'inf', '-inf', 'nan' values: "},
});

constexpr std::array keywords = std::to_array<std::string_view>({
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield",
});

constexpr std::array taken = std::to_array<std::string_view>({
    "instructions",
    "signature",
    "fields",
    "input_fields",
    "output_fields",
    "model_config",
    "model_dump",
    "model_dump_json",
    "model_validate",
    "model_validate_json",
    "model_validate_strings",
});

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::string member_list(const ClassType& type) {
  std::string text;
  for (const EnumMember& member : type.members) (text += text.empty() ? "" : "; ") += python_str(member.value);
  return text;
}

/// What the value must be; empty where every text will do.
std::string rule(const Type& type) {
  switch (type.kind) {
    case Type::Kind::string:
      return "";
    case Type::Kind::boolean:
      return "must be True or False";
    case Type::Kind::integer:
    case Type::Kind::number:
      return "must be a single " + display_name(type) + " value";
    case Type::Kind::literal: {
      std::string text = "must exactly match (no extra characters) one of: ";
      for (const Json& value : type.values) (text += python_str(value)) += "; ";
      text.resize(text.size() - 2);
      return text;
    }
    case Type::Kind::reasoning:
    case Type::Kind::code:  // its description in the list of fields says all
      return "";
    case Type::Kind::named:
      if (has_all && type.definition->kind == ClassType::Kind::enumeration)
        return "must be one of: " + member_list(*type.definition);
      break;
    default:
      break;
  }
  return "must adhere to the JSON schema: " + dump_json(prompt_schema(type));
}

}  // namespace

std::string label_of(const Field& field) {
  return field.prefix.empty() ? infer_prefix(field.name) + ":" : field.prefix;
}

std::string description_of(const Field& field) { return field.desc.value_or("${" + field.name + "}"); }

std::string constraints_text(const Field& field) {
  std::string text;
  for (const Constraint& constraint : field.constraints) {
    const auto phrase =
        std::find_if(phrases.begin(), phrases.end(), [&](const Phrase& p) { return p.name == constraint.name; });
    if (phrase == phrases.end()) continue;
    if (!text.empty()) text += ", ";
    (text += phrase->text) += python_str(constraint.value);
  }
  return text;
}

std::string placeholder(const Field& field) {
  std::string text = "{" + field.name + "}";
  if (field.role == Role::input) return text;
  const std::string must = rule(field.type);
  if (!must.empty()) text += "        # note: the value you produce " + must;
  return text;
}

std::string objection_to_name(std::string_view name) {
  std::size_t end = 0;
  if (scan_identifier(name, end).empty() || end < name.size()) {
    return format("'{}' is no name: use letters, digits and underscores, and begin with a letter", {name});
  }
  if (name.starts_with('_')) return format("the name '{}' begins with an underscore: leave that out", {name});
  if (contains(keywords, name))
    return format("'{}' is a word of the Python language: rename the field, say to '{}_value'", {name, name});
  if (contains(taken, name))
    return format("DSPy itself uses the name '{}': rename the field, say to '{}_value'", {name, name});
  return {};
}

bool operator==(const Field& a, const Field& b) {
  const auto same = [](const Constraint& x, const Constraint& y) {
    return x.name == y.name && same_value(x.value, y.value);
  };
  return a.name == b.name && a.type == b.type && description_of(a) == description_of(b) && label_of(a) == label_of(b) &&
         a.role == b.role && a.default_value == b.default_value &&
         std::equal(a.constraints.begin(), a.constraints.end(), b.constraints.begin(), b.constraints.end(), same);
}

}  // namespace strop
