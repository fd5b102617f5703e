#include "tolerant.hpp"

#include <algorithm>
#include <strop/text/folded.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/repair.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <strop/value/parse_json.hpp>

namespace strop::detail {
namespace {

constexpr std::size_t longest_name = 200;       // bytes
constexpr std::string_view markup = "*_`";      // what may be around a header or a label
constexpr std::string_view lead = " \t#>*-_`";  // what may be before one at the beginning of a line

void skip(std::string_view text, std::size_t& at, std::string_view what) {
  at = std::min(text.find_first_not_of(what, at), text.size());
}

/// The header that begins with the brackets at `at`.
std::optional<Header> header_at(std::string_view line, std::size_t at) {
  std::size_t end = at;
  skip(line, end, "[");
  skip(line, end, " \t");
  const std::size_t hashes = end;
  skip(line, end, "#");
  if (end == hashes) return std::nullopt;
  skip(line, end, " \t");
  const std::size_t begun = end;
  for (std::size_t next = end; next < line.size(); end = next) {
    const char32_t c = next_code_point(line, next);
    if (!is_word(c) && c != ' ' && c != '-') break;
  }
  const std::string_view name = python_strip(line.substr(begun, end - begun));
  if (name.empty() || name.size() > longest_name) return std::nullopt;
  skip(line, end, "#");
  skip(line, end, " \t");
  const std::size_t brackets = end;
  while (end < line.size() && end < brackets + 2 && line[end] == ']') ++end;
  if (end == brackets && end < line.size()) return std::nullopt;  // one that is cut off is at the end of the line
  std::size_t begin = at;
  while (begin > 0 && markup.find(line[begin - 1]) != markup.npos) --begin;
  std::string closing(line.substr(begin, at - begin));
  std::reverse(closing.begin(), closing.end());
  if (line.substr(end).starts_with(closing))
    end += closing.size();
  else
    begin = at;
  if (line.substr(end).starts_with(':')) ++end;
  return Header{name, begin, end};
}

bool is_end(std::string_view name, const Names& names) {
  return folded(name) == "completed" && names.find(name) == names.none();
}

bool ends_at(std::string_view line, std::size_t at) { return line.find_first_not_of(" \t*_`.", at) == line.npos; }

/// What is under a name, the first of several that says anything.
class Sections {
 public:
  explicit Sections(const Names& names) : texts_(names.none()), current_(names.none()) {}

  void begin(std::size_t field) {
    end();
    current_ = field;
  }
  void add(std::string_view text) {
    if (current_ < texts_.size()) section_ += text;
  }
  /// False where the same name has two values.
  bool end(bool only_one = false) {
    const std::string text(python_strip(section_));
    section_.clear();
    if (current_ == texts_.size()) return true;
    std::optional<std::string>& known = texts_[std::exchange(current_, texts_.size())];
    if (known && only_one) return *known == text;
    if (!known || known->empty()) known = text;
    return true;
  }
  void supersede_echoes(std::span<const Field> fields) {
    if (current_ < texts_.size() && texts_[current_] && is_echo(fields[current_], *texts_[current_]))
      texts_[current_].reset();
  }
  bool read(Outputs& outputs) const {
    bool any = false;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (!texts_[i]) continue;
      any = true;
      outputs.read(i, Json(*texts_[i]));
    }
    return any;
  }

 private:
  std::vector<std::optional<std::string>> texts_;
  std::size_t current_;
  std::string section_;
};

/// A label at the beginning of a line: which output's, and where its value begins.
struct Label {
  std::size_t field, end;
};

Label label_in(std::string_view line, const Names& names) {
  const Label none{names.none(), 0};
  std::size_t begin = 0;
  skip(line, begin, lead);
  const std::string_view before = line.substr(0, begin);
  const std::size_t colon = line.substr(begin, longest_name).find(':');
  const bool stands_out = before.find_first_of("#*_`") != before.npos;
  if (colon == line.npos && (!stands_out || line.size() - begin > longest_name)) return none;
  std::string_view name = line.substr(begin, colon);
  const std::size_t last = name.find_last_not_of(" \t*_`#");
  if (last == name.npos) return none;
  const std::size_t field = names.find(name.substr(0, last + 1));
  if (field == names.none()) return none;
  if (colon == line.npos) return {field, line.size()};
  std::size_t end = begin + colon + 1;
  const std::size_t opened = before.find_last_not_of(markup) + 1;  // npos + 1 is 0
  if (last + 1 == name.size() && line.substr(end).starts_with(before.substr(opened))) end += before.size() - opened;
  return {field, end};
}

/// How many of the object's keys are names of outputs.
std::size_t known_keys(const Json& object, const Names& names) {
  std::size_t count = 0;
  for (const auto& [key, value] : members(object)) count += names.find(key) < names.none();
  return count;
}

/// Takes the object, or those of its members, that have outputs.
void take_objects(const Json& object, const Names& names, std::vector<Json>& objects) {
  if (known_keys(object, names) > 0) return objects.push_back(object);
  for (const auto& [key, value] : members(object))
    if (known_keys(value, names) > 0) objects.push_back(value);
}

void read_object(Outputs& outputs, const Names& names, const Json& object) {
  std::vector<const Json*> values(names.none());
  for (const bool exactly : {true, false}) {
    std::vector<const Json*> taken = values;
    for (const auto& [key, value] : members(object)) {
      const std::size_t field = names.find(key);
      if (field == names.none()) {
        if (exactly) names.note_unknown(outputs, key);
        continue;
      }
      if (names.has_exactly(key) != exactly || taken[field]) continue;
      if (values[field] && !same_value(*values[field], value))
        return outputs.refuse(format("two keys may mean the field '{}'", {outputs.fields()[field].name}));
      values[field] = &value;
    }
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i]) outputs.read(i, *values[i]);
}

}  // namespace

Names::Names(std::span<const Field> fields) : fields_(fields) {
  for (const Field& field : fields) {
    names_.push_back(folded(field.name));
    std::string_view label = field.prefix;
    if (label.ends_with(':')) label.remove_suffix(1);
    labels_.push_back(folded(label));
  }
}

bool Names::has_exactly(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const Field& field) { return field.name == name; });
}

std::size_t Names::find(std::string_view name) const {
  if (name.size() > longest_name) return none();
  for (std::size_t i = 0; i < fields_.size(); ++i)
    if (fields_[i].name == name) return i;
  const std::string wanted = folded(name);
  for (const auto* spellings : {&names_, &labels_}) {
    const auto found = std::find(spellings->begin(), spellings->end(), wanted);
    if (found == spellings->end()) continue;
    const bool only = std::find(found + 1, spellings->end(), wanted) == spellings->end();
    return only ? static_cast<std::size_t>(found - spellings->begin()) : none();
  }
  return none();
}

void Names::note_unknown(Outputs& outputs, std::string_view name) const {
  if (name.size() <= longest_name) {
    const std::string wanted = folded(name);
    const auto one = std::find(names_.begin(), names_.end(), wanted);
    const auto other = one == names_.end() ? one : std::find(one + 1, names_.end(), wanted);
    if (other != names_.end())
      return outputs.refuse(format("'{}' could be the field '{}' or '{}'",
                                   {name, fields_[one - names_.begin()].name, fields_[other - names_.begin()].name}));
  }
  outputs.add_stranger(name);
}

std::vector<Attempt> attempts_at(std::string_view reply, const Names& names) {
  for (const std::string_view tag : {"think", "thinking"}) {
    if (names.has_exactly(tag)) continue;
    const std::string open = format("<{}>", {tag}), close = format("</{}>", {tag});
    const std::size_t end = reply.find(close), begin = reply.find(open);
    if (end == reply.npos) continue;
    const std::string_view rest = reply.substr(end + close.size());
    // Some servers leave out the opening tag, which is part of their prompt. Then it is less certain what this is.
    if (begin > end) return {{reply, true}, {rest, true}, {rest, false}, {reply, false}};
    if (python_strip(reply.substr(0, begin)).empty())
      return {{rest, true}, {rest, false}, {reply, true}, {reply, false}};
  }
  return {{reply, true}, {reply, false}};
}

std::optional<std::size_t> end_marker_in(std::string_view line, const Names& names) {
  std::size_t at = line.rfind("[[");
  if (at == line.npos) return std::nullopt;
  while (at > 0 && line[at - 1] == '[') --at;
  const auto header = header_at(line, at);
  if (!header || !is_end(header->name, names) || !ends_at(line, header->end)) return std::nullopt;
  if (line.substr(0, at).ends_with('`') && line.find_first_not_of(lead) < at) return std::nullopt;  // it is quoted
  return header->begin;
}

bool read_headers(Outputs& outputs, const Names& names, std::string_view text) {
  Sections sections(names);
  for (const std::string_view line : python_splitlines(text)) {
    const std::size_t begun = line.find_first_not_of(lead);
    std::size_t from = 0, next = 0;
    for (std::size_t at = line.find("[["); at != line.npos; at = line.find("[[", next)) {
      next = at;
      skip(line, next, "[");
      const auto header = header_at(line, at);
      if (!header) continue;
      const std::size_t field = names.find(header->name);
      const bool end = is_end(header->name, names), first = at == begun;
      if (!first && field == names.none() && !(end && ends_at(line, header->end))) continue;
      if (!first && header->begin > from) sections.add(line.substr(from, header->begin - from));
      sections.begin(field);
      sections.supersede_echoes(outputs.fields());
      if (field == names.none() && !end) names.note_unknown(outputs, header->name);
      from = next = header->end;
    }
    sections.add(line.substr(from));
    sections.add("\n");
  }
  sections.end();
  return sections.read(outputs) || outputs.refused();
}

bool read_labels(Outputs& outputs, const Names& names, std::string_view text) {
  Sections sections(names);
  std::size_t current = names.none();
  const auto end = [&] {
    if (!sections.end(true))
      outputs.refuse(
          format("the label of '{}' is there twice, with different values", {outputs.fields()[current].name}));
    return !outputs.refused();
  };
  for (const std::string_view line : python_splitlines(text)) {
    const Label label = label_in(line, names);
    if (label.field < names.none()) {
      if (!end()) return true;
      sections.begin(current = label.field);
    }
    sections.add(line.substr(label.end));
    sections.add("\n");
  }
  return !end() || sections.read(outputs);
}

Json repaired(std::string_view text) {
  auto json = parse_json(repair_json(text));
  return json ? std::move(*json) : Json();
}

std::vector<std::string_view> braces_in(std::string_view text) {
  struct Pair {
    std::size_t begin, end;
  };
  std::vector<std::size_t> open;
  std::vector<Pair> pairs;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '{') {
      open.push_back(at);
    } else if (text[at] == '}' && !open.empty()) {
      while (!pairs.empty() && pairs.back().begin > open.back()) pairs.pop_back();
      pairs.push_back({open.back(), at + 1});
      open.pop_back();
    }
  }
  std::vector<std::string_view> found;
  found.reserve(pairs.size());
  for (const Pair& pair : pairs) found.push_back(text.substr(pair.begin, pair.end - pair.begin));
  return found;
}

bool read_objects(Outputs& outputs, const Names& names, std::string_view text) {
  std::vector<Json> objects;
  for (const std::string_view braces : braces_in(text)) take_objects(repaired(braces), names, objects);
  if (objects.empty()) take_objects(repaired(text), names, objects);  // one that is not closed
  if (objects.empty()) return false;
  std::optional<Outputs> closest;
  std::optional<Json> found;
  for (const Json& object : objects) {
    Outputs tried = outputs;
    read_object(tried, names, object);
    Result<Json> result = Outputs(tried).finish();
    const bool better = result ? !found : !found && (!closest || tried.count() > closest->count());
    if (better || tried.refused()) closest = std::move(tried);
    if (result && found && !same_value(*found, *result)) {
      outputs.refuse("it has several JSON objects with different outputs");
      return true;
    }
    if (result) found = std::move(*result);
  }
  outputs = std::move(*closest);
  return true;
}

}  // namespace strop::detail
