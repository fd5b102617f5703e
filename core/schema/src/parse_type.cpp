#include <algorithm>
#include <array>
#include <optional>
#include <strop/schema/parse_type.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_literal.hpp>

namespace strop {
namespace {

using Kind = Type::Kind;

Type of_kind(Kind kind) { return Type{kind}; }

struct Simple {
  std::string_view name;
  Kind kind;
};

constexpr std::array simple_types = std::to_array<Simple>({
    {"str", Kind::string},
    {"Text", Kind::string},
    {"int", Kind::integer},
    {"float", Kind::number},
    {"bool", Kind::boolean},
    {"NoneType", Kind::null},
    {"Any", Kind::any},
    {"list", Kind::list},
    {"dict", Kind::dict},
});

/// Types that are valid in DSPy's signature strings and not read here.
constexpr std::array unsupported = std::to_array<std::string_view>({
    "tuple",   "set",         "frozenset",   "bytes",     "bytearray", "complex",        "Tuple",
    "Set",     "FrozenSet",   "Sequence",    "Iterable",  "Mapping",   "MutableMapping", "Collection",
    "Deque",   "DefaultDict", "OrderedDict", "Annotated", "Callable",  "Type",           "datetime",
    "date",    "time",        "timedelta",   "Decimal",   "UUID",      "decimal",        "uuid",
    "enum",    "pydantic",    "dspy",        "Image",     "Audio",     "File",           "Document",
    "History", "Tool",        "ToolCalls",   "Code",      "Reasoning", "Citations",
});

struct Habit {
  std::string_view name, python;
};

/// What people write who come from other languages.
constexpr std::array habits = std::to_array<Habit>({
    {"string", "str"},          {"String", "str"},      {"number", "float or int"},
    {"Number", "float or int"}, {"double", "float"},    {"integer", "int"},
    {"boolean", "bool"},        {"Boolean", "bool"},    {"any", "Any"},
    {"unknown", "Any"},         {"null", "None"},       {"undefined", "None"},
    {"array", "list"},          {"Array", "list"},      {"object", "dict[str, Any]"},
    {"Record", "dict"},         {"Map", "dict"},        {"enum", "Literal"},
    {"optional", "Optional"},   {"literal", "Literal"}, {"union", "Union"},
});

class Scanner {
 public:
  Scanner(std::string_view text, std::size_t at, bool in_signature)
      : text_(text), at_(at), in_signature_(in_signature) {}

  std::size_t at() const { return at_; }

  Result<Type> type() {
    Type type;
    if (!read_union(type, 0)) return std::move(failure_);
    return type;
  }

  bool fail(std::string_view code, std::size_t at, std::string_view what) {
    failure_ = {code, format("{}: {}", {column_text(text_, at), what})};
    return false;
  }

  Failure& failure() { return failure_; }

 private:
  static constexpr std::size_t max_depth = 64;
  static constexpr std::size_t max_choices = 10000;

  void skip() { skip_blanks(text_, at_); }
  char peek() {
    skip();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  /// type | type | …
  bool read_union(Type& type, std::size_t depth) {
    if (depth > max_depth) return fail("bad_type", at_, format("more than {} types inside each other", {max_depth}));
    if (!read_one(type, depth)) return false;
    while (peek() == '|') {
      ++at_;
      Type right;
      if (!read_one(right, depth)) return false;
      // DSPy makes NoneType | X an Optional[X], but leaves the order of None | X.
      if (is_none_type(type) && !is_none_type(right)) std::swap(type, right);
      type = united({std::move(type), std::move(right)});
    }
    return true;
  }

  static bool is_none_type(const Type& type) { return type.kind == Kind::null && type.name.empty(); }

  static void add_choice(std::vector<Type>& choices, Type type) {
    if (type.kind == Kind::one_of) {
      for (Type& choice : type.arguments) add_choice(choices, std::move(choice));
      return;
    }
    if (type.kind == Kind::null) type.name.clear();
    if (std::find(choices.begin(), choices.end(), type) == choices.end()) choices.push_back(std::move(type));
  }

  static Type united(std::vector<Type> types) {
    Type result = of_kind(Kind::one_of);
    for (Type& type : types) add_choice(result.arguments, std::move(type));
    if (result.arguments.size() > 1) return result;
    Type only = std::move(result.arguments.front());
    return only;
  }

  bool read_one(Type& type, std::size_t depth) {
    const char c = peek();
    const std::size_t begin = at_;
    if (c == '(') {
      ++at_;
      if (!read_union(type, depth + 1)) return false;
      if (take(')')) return true;
      if (peek() == ',') return fail("bad_type", begin, "(…, …) is no type: write tuple[…] or Union[…]");
      return fail("bad_type", begin, "this '(' is never closed");
    }
    if (is_python_string(text_, at_)) return read_quoted(type, depth);
    std::string_view name = scan_identifier(text_, at_);
    if (name.empty()) return fail_without_name(begin);
    if ((name == "typing" || name == "builtins") && peek() == '.') {
      ++at_;
      skip();
      name = scan_identifier(text_, at_);
    }
    return read_named(type, name, begin, depth);
  }

  bool fail_without_name(std::size_t begin) {
    if (begin >= text_.size()) return fail("bad_type", begin, "a type is missing here, such as str, int or list[str]");
    std::size_t end = begin;
    next_code_point(text_, end);
    return fail(
        "bad_type", begin,
        format("expected a type such as str, int or list[str], found '{}'", {text_.substr(begin, end - begin)}));
  }

  /// A type in quotes, as Python writes forward references: list["int"].
  bool read_quoted(Type& type, std::size_t depth) {
    const std::size_t begin = at_;
    Result<std::string> inner = read_python_string(text_, at_);
    if (!inner) return fail("bad_type", at_, inner.error().message);
    if (depth == 0)
      return fail("bad_type", begin, "a type is written without quotes; for a choice of texts write Literal[…]");
    Scanner scanner(*inner, 0, in_signature_);
    if (!scanner.read_union(type, depth + 1) || (scanner.peek(), scanner.at() < inner->size())) {
      return fail("unknown_type", begin, format("'{}' is no type", {shortened(*inner, 80)}));
    }
    return true;
  }

  bool read_named(Type& type, std::string_view name, std::size_t begin, std::size_t depth) {
    if (name == "None") {
      type = of_kind(Kind::null);
      type.name = "None";
      return no_arguments(name);
    }
    if (name == "Literal") return read_literal(type, begin);
    if (name == "Optional" || name == "Union") return read_choices(type, name, begin, depth);
    if (name == "List" || name == "Dict") {
      if (peek() != '[')
        return fail("bad_type", begin,
                    format("{} needs arguments; without them write {}", {name, name == "List" ? "list" : "dict"}));
      name = name == "List" ? "list" : "dict";
    }
    const auto simple =
        std::find_if(simple_types.begin(), simple_types.end(), [&](const Simple& s) { return s.name == name; });
    if (simple == simple_types.end()) return fail_unknown(name, begin);
    type = of_kind(simple->kind);
    if (type.kind != Kind::list && type.kind != Kind::dict) return no_arguments(name);
    if (peek() != '[') return true;
    if (!read_arguments(type.arguments, depth)) return false;
    const std::size_t wanted = type.kind == Kind::list ? 1 : 2;
    if (type.arguments.size() == wanted) return true;
    return fail("bad_type", begin,
                type.kind == Kind::list ? "list takes one type: list[str]" : "dict takes two types: dict[str, int]");
  }

  bool no_arguments(std::string_view name) {
    if (peek() == '.') return fail("bad_type", at_, format("{} has no types inside it", {name}));
    if (peek() != '[') return true;
    const std::size_t bracket = at_++;
    if (peek() == ']') return fail("bad_type", bracket, format("{}[] is no Python type: write list[{}]", {name, name}));
    return fail("bad_type", bracket, format("{} takes no arguments", {name}));
  }

  bool fail_unknown(std::string_view name, std::size_t begin) {
    if (std::find(unsupported.begin(), unsupported.end(), name) != unsupported.end()) {
      std::size_t end = at_;
      if (end < text_.size() && text_[end] == '.') scan_identifier(text_, ++end);
      return fail("unsupported_type", begin,
                  format("the type {} is not supported yet; there are str, int, float, bool, None, Any, list, dict, "
                         "Optional, Union and Literal",
                         {text_.substr(begin, end - begin)}));
    }
    const auto habit = std::find_if(habits.begin(), habits.end(), [&](const Habit& h) { return h.name == name; });
    if (habit != habits.end())
      return fail("unknown_type", begin, format("unknown type {}: write {}", {name, habit->python}));
    return fail(
        "unknown_type", begin,
        format("unknown type {}; there are str, int, float, bool, None, Any, list, dict, Optional, Union and Literal",
               {name}));
  }

  bool read_arguments(std::vector<Type>& arguments, std::size_t depth) {
    const std::size_t bracket = at_++;
    const bool group = read_group_open();
    do {
      if (peek() == ']' || (group && peek() == ')')) {
        if (arguments.empty()) return fail("bad_type", bracket, "a type is missing between the brackets");
        break;
      }
      if (arguments.size() == max_choices) return fail("bad_type", at_, "too many types");
      if (!read_union(arguments.emplace_back(), depth + 1)) return false;
    } while (take(','));
    return close(bracket, group);
  }

  /// A tuple in parentheses is the same as its items: Literal[("a", "b")]. Only when nothing follows it.
  bool read_group_open() {
    if (peek() != '(') return false;
    std::size_t depth = 0, at = at_;
    for (; at < text_.size(); ++at) {
      if (is_quote(text_[at])) {
        if (!read_python_string(text_, at)) return false;
        --at;
      } else if (text_[at] == '(' || text_[at] == '[') {
        ++depth;
      } else if ((text_[at] == ')' || text_[at] == ']') && --depth == 0) {
        break;
      }
    }
    if (at >= text_.size()) return false;
    skip_blanks(text_, ++at);
    if (at >= text_.size() || text_[at] != ']') return false;
    ++at_;
    return true;
  }

  static bool is_quote(char c) { return c == '"' || c == '\''; }

  bool close(std::size_t bracket, bool group) {
    if (group && !take(')')) return fail("bad_type", at_, "expected ',' or ')'");
    if (take(']')) return true;
    if (peek() == '\0') return fail("bad_type", bracket, "this '[' is never closed");
    return fail("bad_type", at_, "expected ',' or ']'");
  }

  bool read_choices(Type& type, std::string_view name, std::size_t begin, std::size_t depth) {
    if (peek() != '[') return fail("bad_type", begin, format("{} needs its types: {}[int, …]", {name, name}));
    std::vector<Type> choices;
    if (!read_arguments(choices, depth)) return false;
    if (name == "Optional") {
      if (choices.size() != 1)
        return fail("bad_type", begin, "Optional takes one type: Optional[int], or Union[int, str, None]");
      choices.push_back(of_kind(Kind::null));
    }
    type = united(std::move(choices));
    return true;
  }

  bool read_literal(Type& type, std::size_t begin) {
    if (peek() != '[') return fail("bad_type", begin, "Literal needs its values: Literal[\"yes\", \"no\"]");
    type = of_kind(Kind::literal);
    return read_literal_values(type.values, 0);
  }

  bool read_literal_values(std::vector<Json>& values, std::size_t depth) {
    if (depth > max_depth) return fail("bad_type", at_, "too many Literals inside each other");
    const std::size_t bracket = at_++;
    const bool group = read_group_open();
    do {
      if (peek() == ']' || (group && peek() == ')')) {
        if (values.empty()) return fail("bad_type", bracket, "Literal needs at least one value");
        break;
      }
      if (values.size() == max_choices) return fail("bad_type", at_, "too many values in a Literal");
      if (!read_literal_value(values, depth)) return false;
    } while (take(','));
    return close(bracket, group);
  }

  static void add_value(std::vector<Json>& values, Json value) {
    const auto same = [&](const Json& known) { return same_value(known, value); };
    if (std::none_of(values.begin(), values.end(), same)) values.push_back(std::move(value));
  }

  bool read_literal_value(std::vector<Json>& values, std::size_t depth) {
    const std::size_t begin = at_;
    if (is_python_string(text_, at_)) {
      std::string joined;
      do {
        Result<std::string> part = read_python_string(text_, at_);
        if (!part) return fail("bad_type", at_, part.error().message);
        joined += *part;
        skip();
      } while (is_python_string(text_, at_));
      add_value(values, std::move(joined));
      return true;
    }
    const char c = peek();
    if (c == '-' || c == '.' || (c >= '0' && c <= '9')) return read_literal_number(values);
    const std::string_view name = scan_identifier(text_, at_);
    if (name == "True" || name == "False") return add_value(values, name == "True"), true;
    if (name == "None" || name == "NoneType") return add_value(values, nullptr), true;
    if (name == "Literal" && peek() == '[') return read_literal_values(values, depth + 1);
    if (name.empty())
      return fail("bad_type", begin, "expected a value: a text in quotes, a number, True, False or None");
    return fail("bad_type", begin, format("a text in a Literal needs quotes: \"{}\"", {name}));
  }

  bool read_literal_number(std::vector<Json>& values) {
    const std::size_t begin = at_;
    const bool negative = take('-');
    if (negative && in_signature_) {
      return fail("bad_type", begin,
                  "a negative number cannot stand in a Literal of a signature string: use a text, or declare the field "
                  "on its own");
    }
    Result<Json> number = read_python_number(text_, at_);
    if (!number) return fail("bad_type", at_, number.error().message);
    if (negative)
      *number =
          number->is_number_float() ? Json(-number->get<double>()) : integer_from_text("-" + integer_text(*number));
    add_value(values, std::move(*number));
    return true;
  }

  std::string_view text_;
  std::size_t at_;
  bool in_signature_;
  Failure failure_;
};

}  // namespace

Result<Type> parse_type(std::string_view text) {
  Scanner scanner(text, 0, false);
  Result<Type> type = scanner.type();
  if (!type) return type;
  std::size_t end = scanner.at();
  skip_blanks(text, end);
  if (end < text.size()) {
    scanner.fail("bad_type", end, "the type ends before this");
    return std::move(scanner.failure());
  }
  if (type->kind == Kind::null) type->name.clear();
  return type;
}

Result<Type> scan_type(std::string_view text, std::size_t& at) {
  Scanner scanner(text, at, true);
  Result<Type> type = scanner.type();
  at = scanner.at();
  return type;
}

void skip_blanks(std::string_view text, std::size_t& at) {
  constexpr std::string_view blanks = " \t\n\r\f";
  for (;;) {
    at = std::min(text.find_first_not_of(blanks, at), text.size());
    const std::size_t line_end = at < text.size() && text[at] == '#' ? text.find('\n', at) : text.npos;
    if (line_end == text.npos) return;
    at = line_end;
  }
}

std::string_view scan_identifier(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  if (at < text.size() && text[at] >= '0' && text[at] <= '9') return {};
  for (std::size_t next = at; next < text.size() && is_word(next_code_point(text, next));) at = next;
  return text.substr(begin, at - begin);
}

std::string column_text(std::string_view text, std::size_t at) {
  return format("column {}", {count_code_points(text.substr(0, at)) + 1});
}

}  // namespace strop
