#include <algorithm>
#include <map>
#include <optional>
#include <strop/schema/parse_value.hpp>
#include <strop/schema/read_value.hpp>
#include <strop/text/folded.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_value.hpp>
#include <utility>
#include <vector>

#include "meaning.hpp"
#include "value_index.hpp"

namespace strop {
namespace {

using Kind = Type::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What is in a fence that encloses the whole text, else the text.
std::string_view without_fence(std::string_view text) {
  constexpr std::string_view fence = "```";
  if (text.size() < 2 * fence.size() || !text.starts_with(fence) || text.find(fence, fence.size()) != text.size() - 3)
    return text;
  text = text.substr(fence.size(), text.size() - 2 * fence.size());
  const std::size_t line_end = text.find('\n');  // behind the name of a language
  return python_strip(line_end == text.npos ? text : text.substr(line_end + 1));
}

/// The text with one layer less of what is put around a word; the text itself where there is none.
std::string_view peeled(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> pairs[] = {
      {"**", "**"}, {"__", "__"}, {"*", "*"}, {"_", "_"}, {"`", "`"}, {"\"", "\""}, {"'", "'"}, {"“", "”"}, {"‘", "’"}};
  const std::string_view fenced = without_fence(text);
  if (fenced.size() < text.size()) return fenced;
  for (const auto& [open, close] : pairs) {
    if (text.size() > open.size() + close.size() && text.starts_with(open) && text.ends_with(close))
      return python_strip(text.substr(open.size(), text.size() - open.size() - close.size()));
  }
  if (!text.empty() && std::string_view(".,;!").find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return python_strip(text);
}

/// "1000.5" of "1,000.5"; nothing where commas are not before groups of three digits.
std::optional<std::string> without_thousands(std::string_view text) {
  const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  std::size_t run = 0, groups = 0, at = sign;
  for (; at < text.size() && (is_digit(text[at]) || text[at] == ','); ++at) {
    if (text[at] != ',') {
      ++run;
    } else if (groups == 0 ? run >= 1 && run <= 3 : run == 3) {
      ++groups, run = 0;
    } else {
      return std::nullopt;
    }
  }
  if (groups == 0 || run != 3 || (at < text.size() && text[at] != '.')) return std::nullopt;
  std::string digits(text);
  std::erase(digits, ',');
  return digits;
}

bool means_none(std::string_view text) {
  const std::string word = lower_case(text);
  return word.empty() || word == "none" || word == "null" || word == "n/a";
}

enum class Mark { none, bullet, number };

/// Which mark of a list the line begins with, which is then cut off.
Mark take_mark(std::string_view& line) {
  for (const std::string_view bullet : {"- ", "* ", "+ ", "• ", "– "}) {
    if (!line.starts_with(bullet)) continue;
    line = python_lstrip(line.substr(bullet.size()));
    return Mark::bullet;
  }
  constexpr std::size_t most_digits = 6;
  std::size_t end = line.starts_with('(') ? 1 : 0;
  const std::size_t begun = end;
  while (end < line.size() && end - begun < most_digits && is_digit(line[end])) ++end;
  if (end == begun || end + 1 >= line.size() || line[end + 1] != ' ' ||
      !(line[end] == ')' || (line[end] == '.' && begun == 0)))
    return Mark::none;
  line = python_lstrip(line.substr(end + 2));
  return Mark::number;
}

/// The items of a list that is written in lines; empty where the lines are no such list.
std::vector<std::string_view> items_in_lines(std::string_view text) {
  std::vector<std::string_view> items;
  Mark marks = Mark::none;
  std::size_t indent = 0;
  bool introduced = false, gap = false;
  for (const std::string_view line : python_splitlines(text)) {
    std::string_view item = python_strip(line);
    if (item.empty()) {
      gap = true;
      continue;
    }
    const std::size_t here = line.size() - python_lstrip(line).size();
    const Mark mark = take_mark(item);
    if (items.empty() && !introduced && mark == Mark::none && item.ends_with(':')) {
      introduced = true;
      continue;
    }
    if (items.empty()) marks = mark, indent = here;
    // Items in items, and lines that belong to an item or to none, could be read in more than one way.
    if (mark != marks || here != indent || item.empty()) return {};
    const bool starts_value = std::string_view("[{(<\"'`").find(item.front()) != std::string_view::npos;
    if (mark == Mark::none && (introduced || (gap && !items.empty()) || starts_value)) return {};
    items.push_back(item);
  }
  if (marks == Mark::none && items.size() < 2) return {};  // a refusal is a line too
  return items;
}

class Reader {
 public:
  /// What a JSON value means; nothing where that is not certain.
  std::optional<Json> read(const Json& in, const Type& type) {
    if (type.kind == Kind::list && in.is_array()) return read_items(in, type);
    if (type.kind == Kind::dict && in.is_object()) return read_members(in, type);
    if (Result<Json> value = validated(in, type)) return std::move(*value);
    if (in.is_string()) return read_text(in.get_ref<const std::string&>(), type);
    if (type.kind == Kind::one_of) return read_choice([&](const Type& choice) { return read(in, choice); }, type);
    if (type.is_str() && (in.is_number() || is_big_integer(in))) return Json(python_str(in));
    return std::nullopt;
  }

  /// Why nothing was certain, where there was more than one reading.
  std::string ambiguity() && { return std::move(ambiguity_); }

 private:
  Result<Json> validated(const Json& in, const Type& type) {
    return detail::validate(in, type, SchemaNames::keys, index_);
  }

  std::optional<Json> read_items(const Json& in, const Type& type) {
    if (type.arguments.empty()) return in;
    Json::array_t items;
    items.reserve(in.size());
    for (const Json& item : in) {
      std::optional<Json> value = read(item, type.arguments[0]);
      if (!value) return std::nullopt;
      items.push_back(std::move(*value));
    }
    return Json(std::move(items));
  }

  std::optional<Json> read_members(const Json& in, const Type& type) {
    if (type.arguments.empty() || !type.arguments[0].is_str()) {
      if (Result<Json> value = validated(in, type)) return std::move(*value);
      return std::nullopt;
    }
    Json object = Json::object();
    auto& members = static_cast<Json::object_t::Container&>(object.get_ref<Json::object_t&>());  // names are distinct
    members.reserve(in.size());
    for (const auto& [name, item] : in.get_ref<const Json::object_t&>()) {
      std::optional<Json> value = read(item, type.arguments[1]);
      if (!value) return std::nullopt;
      members.emplace_back(name, std::move(*value));
    }
    return object;
  }

  /// Layer by layer, until what is within is a value of the type.
  std::optional<Json> read_text(std::string_view text, const Type& type) {
    constexpr int most_layers = 8;
    if (type.is_str()) return Json(text);
    const bool words = type.kind != Kind::list && type.kind != Kind::dict;
    text = python_strip(text);
    for (int layer = 0; layer < most_layers; ++layer) {
      if (Result<Json> value = detail::parse_value(Json(text), type, index_)) return std::move(*value);
      std::optional<Json> value = read_word(text, type);
      if (value || !ambiguity_.empty()) return value;
      const std::string_view inner = words ? peeled(text) : without_fence(text);
      if (inner.size() == text.size()) break;
      text = inner;
    }
    return std::nullopt;
  }

  std::optional<Json> read_word(std::string_view text, const Type& type) {
    switch (type.kind) {
      case Kind::integer:
      case Kind::number:
        if (const auto plain = without_thousands(text)) {
          if (Result<Json> number = validated(Json(*plain), type)) return std::move(*number);
        }
        return std::nullopt;
      case Kind::literal:
        return read_literal(text, type);
      case Kind::null:
        return means_none(text) ? std::optional<Json>(Json()) : std::nullopt;
      case Kind::one_of:
        // A text that looks like a value of another kind, but is none, is no text either.
        return read_choice([&](const Type& choice) { return choice.is_str() ? std::nullopt : read_text(text, choice); },
                           type);
      case Kind::dict: {
        const Result<Json> meant = detail::meaning(std::string(text));
        return meant && meant->is_object() ? read(*meant, type) : std::nullopt;
      }
      case Kind::list:
        return read_list(text, type);
      default:
        return std::nullopt;
    }
  }

  std::optional<Json> read_list(std::string_view text, const Type& type) {
    const Result<Json> meant = detail::meaning(std::string(text));
    if (meant && meant->is_array()) {
      if (std::optional<Json> items = read(*meant, type)) return items;
    }
    const Type* each = type.arguments.empty() ? nullptr : &type.arguments[0];
    if (each && (each->kind == Kind::list || each->kind == Kind::dict)) return std::nullopt;
    Json::array_t items;
    for (const std::string_view line : items_in_lines(text)) {
      std::optional<Json> item = each && each->kind != Kind::any ? read_text(line, *each) : Json(line);
      if (!item) return std::nullopt;
      items.push_back(std::move(*item));
    }
    if (items.empty()) return std::nullopt;
    return Json(std::move(items));
  }

  using Spelling = std::string (*)(std::string_view);

  /// The choices of a Literal that are spelled alike: the first, and the first after it that is another value.
  struct Namesakes {
    const Json* choice = nullptr;
    const Json* other = nullptr;
  };

  /// The choice that a text names: exactly, else in any case, else with other gaps between its words.
  std::optional<Json> read_literal(std::string_view text, const Type& type) {
    constexpr auto as_it_is = [](std::string_view word) { return std::string(word); };
    for (const Spelling spelling : {Spelling(as_it_is), Spelling(&lower_case), Spelling(&folded)}) {
      const Namesakes found = spelled(spelling(text), spelling, type);
      if (found.other) return say_ambiguous(*found.choice, *found.other);
      if (found.choice) return *found.choice;
    }
    return std::nullopt;
  }

  /// Many choices are spelled once for all items of a list, which may be as many.
  Namesakes spelled(const std::string& wanted, Spelling spelling, const Type& type) {
    const auto each = [&](auto use) {
      for (const Json& choice : type.values) {
        if (spelling != &folded || choice.is_string()) use(spelling(python_str(choice)), choice);
      }
    };
    constexpr auto add = [](Namesakes& known, const Json& choice) {
      if (!known.choice)
        known.choice = &choice;
      else if (!known.other && !same_value(*known.choice, choice))
        known.other = &choice;
    };
    if (type.values.size() <= detail::ValueIndex::few) {
      Namesakes found;
      each([&](const std::string& name, const Json& choice) {
        if (name == wanted) add(found, choice);
      });
      return found;
    }
    const auto [names, made] = names_.try_emplace({&type, spelling});
    if (made) each([&](const std::string& name, const Json& choice) { add(names->second[name], choice); });
    const auto found = names->second.find(wanted);
    return found == names->second.end() ? Namesakes{} : found->second;
  }

  /// What all choices of a Union agree on that read anything.
  template <class Read>
  std::optional<Json> read_choice(Read&& read_as, const Type& type) {
    std::optional<Json> found;
    for (const Type& choice : type.arguments) {
      std::optional<Json> value = read_as(choice);
      if (!ambiguity_.empty()) return std::nullopt;
      if (!value || (found && python_equal(*found, *value))) continue;
      if (found) return say_ambiguous(*found, *value);
      found = std::move(value);
    }
    return found;
  }

  std::optional<Json> say_ambiguous(const Json& one, const Json& other) {
    ambiguity_ = format("it could mean {} or {}", {shortened(python_repr(one), 80), shortened(python_repr(other), 80)});
    return std::nullopt;
  }

  std::string ambiguity_;
  detail::ValueIndex index_;
  std::map<std::pair<const Type*, Spelling>, std::map<std::string, Namesakes>> names_;
};

}  // namespace

Result<Json> read_value(const Json& value, const Type& type) {
  Result<Json> own = parse_value(value, type);
  if (own) return own;
  Reader reader;
  if (std::optional<Json> read = reader.read(value, type)) return std::move(*read);
  if (std::string ambiguity = std::move(reader).ambiguity(); !ambiguity.empty())
    return Failure{"bad_value", std::move(ambiguity)};
  return own;
}

}  // namespace strop
