#include <algorithm>
#include <array>
#include <optional>
#include <strop/schema/parse_type.hpp>
#include <strop/text/extent.hpp>
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
    {"str", Kind::string},      {"Text", Kind::string},         {"int", Kind::integer},
    {"float", Kind::number},    {"bool", Kind::boolean},        {"NoneType", Kind::null},
    {"Any", Kind::any},         {"bytes", Kind::bytes},         {"datetime", Kind::datetime},
    {"date", Kind::date},       {"time", Kind::time},           {"timedelta", Kind::timedelta},
    {"Decimal", Kind::decimal}, {"UUID", Kind::uuid},           {"list", Kind::list},
    {"dict", Kind::dict},       {"tuple", Kind::tuple},         {"set", Kind::set},
    {"frozenset", Kind::set},   {"Image", Kind::image},         {"Audio", Kind::audio},
    {"File", Kind::file},       {"Document", Kind::document},   {"Citations", Kind::citations},
    {"History", Kind::history}, {"Tool", Kind::tool},           {"ToolCalls", Kind::tool_calls},
    {"Code", Kind::code},       {"Reasoning", Kind::reasoning},
});

/// Spellings of the typing module, which need arguments.
struct Generic {
  std::string_view name, plain;
};
constexpr std::array generics = std::to_array<Generic>({
    {"List", "list"},
    {"Dict", "dict"},
    {"Tuple", "tuple"},
    {"Set", "set"},
    {"FrozenSet", "frozenset"},
});

/// Modules that may stand before a name.
constexpr std::array modules =
    std::to_array<std::string_view>({"typing", "builtins", "datetime", "decimal", "uuid", "dspy"});

/// Types that are valid in DSPy's signature strings and not read here.
constexpr std::array unsupported = std::to_array<std::string_view>({
    "bytearray",
    "complex",
    "Sequence",
    "Iterable",
    "Mapping",
    "MutableMapping",
    "Collection",
    "Deque",
    "DefaultDict",
    "OrderedDict",
    "Annotated",
    "Callable",
    "Type",
    "decimal",
    "uuid",
    "enum",
    "pydantic",
    "dspy",
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

constexpr std::string_view known_types =
    "there are str, int, float, bool, None, Any, bytes, list, dict, tuple, set, Optional, Union, Literal, datetime, "
    "date, "
    "time, timedelta, Decimal, UUID, and DSPy's Image, Audio, File, Document, History, Tool, ToolCalls, Code and "
    "Reasoning";

class Scanner {
 public:
  Scanner(std::string_view text, std::size_t at, bool in_signature, const ClassTable* classes)
      : text_(text), at_(at), in_signature_(in_signature), classes_(classes) {}

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
      if (right.kind == Kind::ellipsis || type.kind == Kind::ellipsis)
        return fail("bad_type", at_, "the '...' has no meaning here");
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
    if (depth > 0 && text_.substr(at_, 3) == "...") {
      at_ += 3;
      type = of_kind(Kind::ellipsis);
      return true;
    }
    std::string_view name = scan_identifier(text_, at_);
    if (name.empty()) return fail_without_name(begin);
    if (classes_ && read_class(type, name)) return no_arguments(name);
    if (std::find(modules.begin(), modules.end(), name) != modules.end() && peek() == '.') {
      ++at_;
      skip();
      name = scan_identifier(text_, at_);
    }
    return read_named(type, name, begin, depth);
  }

  /// A class by its name, or as a part of what need not be known: Orders.Address.
  bool read_class(Type& type, std::string_view name) {
    const std::size_t begin = at_;
    std::optional<Type> known = classes_->find(name);
    while (!known && peek() == '.') {
      ++at_;
      skip();
      name = scan_identifier(text_, at_);
      if (name.empty()) break;
      known = classes_->find(name);
    }
    if (!known) return at_ = begin, false;
    type = std::move(*known);
    return true;
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
    Scanner scanner(*inner, 0, in_signature_, classes_);
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
    if (name == "Ellipsis" && depth > 0) return type = of_kind(Kind::ellipsis), true;
    if (name == "Optional" || name == "Union") return read_choices(type, name, begin, depth);
    for (const Generic& generic : generics) {
      if (name != generic.name) continue;
      if (peek() != '[')
        return fail("bad_type", begin, format("{} needs arguments; without them write {}", {name, generic.plain}));
      name = generic.plain;
    }
    if (!has_all && name.starts_with("Code_")) return failure_ = needs_all(), false;
    if (name.starts_with("Code_")) {  // as DSPy shows Code["python"]
      type = of_kind(Kind::code);
      type.name = name;
      return no_arguments(name);
    }
    const auto simple =
        std::find_if(simple_types.begin(), simple_types.end(), [&](const Simple& s) { return s.name == name; });
    if (simple == simple_types.end()) return fail_unknown(name, begin);
    type = of_kind(simple->kind);
    if (!has_all && is_rare(type.kind)) return failure_ = needs_all(), false;
    if (name == "frozenset") type.name = name;
    const bool has_bracket = peek() == '[';
    switch (type.kind) {
      case Kind::code:
        return !has_bracket || read_language(type);
      case Kind::list:
      case Kind::set:
      case Kind::dict:
        return !has_bracket || read_items(type, name, begin, depth);
      case Kind::tuple:
        return !has_bracket || read_tuple(type, begin, depth);
      default:
        return no_arguments(name);
    }
  }

  /// What a small module leaves out.
  static bool is_rare(Kind kind) { return kind >= Kind::bytes && kind != Kind::list && kind != Kind::dict; }

  bool read_items(Type& type, std::string_view name, std::size_t begin, std::size_t depth) {
    if (!read_arguments(type.arguments, depth)) return false;
    const std::size_t wanted = type.kind == Kind::dict ? 2 : 1;
    if (type.arguments.size() == wanted && !has_ellipsis(type.arguments)) return true;
    return fail("bad_type", begin,
                type.kind == Kind::dict ? "dict takes two types: dict[str, int]"
                                        : format("{} takes one type: {}[str]", {name, name}));
  }

  static bool has_ellipsis(const std::vector<Type>& types) {
    return std::any_of(types.begin(), types.end(), [](const Type& type) { return type.kind == Kind::ellipsis; });
  }

  bool read_tuple(Type& type, std::size_t begin, std::size_t depth) {
    if (!read_arguments(type.arguments, depth)) return false;
    const std::vector<Type>& items = type.arguments;
    const bool open = items.size() == 2 && items[1].kind == Kind::ellipsis && items[0].kind != Kind::ellipsis;
    if (open || !has_ellipsis(items)) return true;
    return fail("bad_type", begin, "a tuple of any length is tuple[int, ...]");
  }

  /// Code["python"], which DSPy shows as Code_python.
  bool read_language(Type& type) {
    const std::size_t bracket = at_++;
    skip();
    Result<std::string> language = Failure{"bad_type", ""};
    if (is_python_string(text_, at_)) language = read_python_string(text_, at_);
    std::size_t end = 0;
    if (!language || scan_identifier(*language, end).empty() || end < language->size())
      return fail("bad_type", bracket, "Code takes a language in quotes: Code[\"python\"]");
    type.name = "Code_" + *language;
    return close(bracket, false);
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
                  format("the type {} is not supported; {}", {text_.substr(begin, end - begin), known_types}));
    }
    const auto habit = std::find_if(habits.begin(), habits.end(), [&](const Habit& h) { return h.name == name; });
    if (habit != habits.end())
      return fail("unknown_type", begin, format("unknown type {}: write {}", {name, habit->python}));
    return fail(
        "unknown_type", begin,
        format("unknown type {}; {}; a class of your own needs a definition in \"types\"", {name, known_types}));
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
    if (has_ellipsis(choices)) return fail("bad_type", begin, "the '...' has no meaning here");
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
  const ClassTable* classes_;
  Failure failure_;
};

}  // namespace

Result<Type> parse_type(std::string_view text, const ClassTable* classes) {
  Scanner scanner(text, 0, false, classes);
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

Result<Type> scan_type(std::string_view text, std::size_t& at, const ClassTable* classes) {
  Scanner scanner(text, at, true, classes);
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
