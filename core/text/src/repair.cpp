#include "strop/text/repair.hpp"

#include <optional>

#include "repair/strict.hpp"

namespace strop {
namespace repair {

/// JSON's form of a number as a model may write it (`007`, `.5`, `1.`); empty when it is none.
std::string number_token(std::string_view written, Kind& kind) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < written.size() && is_digit(static_cast<unsigned char>(written[i]))) ++i;
    return written.substr(from, i - from);
  };
  const auto skip = [&](std::string_view set) {
    const bool is_there = i < written.size() && set.find(written[i]) != set.npos;
    if (is_there) ++i;
    return is_there;
  };

  const bool negative = skip("-");
  std::string_view whole = digits(), fraction;
  const bool point = skip(".");
  if (point) fraction = digits();
  if (whole.empty() && fraction.empty()) return {};
  const std::string_view exponent = written.substr(i);
  if (skip("eE")) {
    skip("+-");
    if (digits().empty()) return {};
  }
  if (i != written.size()) return {};

  kind = point || !exponent.empty() ? Kind::real : Kind::integer;
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  std::string token = negative && !(kind == Kind::integer && whole.empty()) ? "-" : "";
  token += whole.empty() ? "0" : whole;
  if (point) (token += '.') += fraction.empty() ? "0" : fraction;
  return token += exponent;
}

/// Reads what may be JSON. What a quote or a comma means depends on where it stands, so the reader knows what it is
/// inside of: a key, an object's value, an array.
class Reader {
 public:
  explicit Reader(Text& text) : text_(text) {}

  /// All values of the text: one as itself, more as an array.
  Value all() {
    Value found(Kind::array);
    found.items.push_back({.value = next()});
    while (here() != the_end) {
      deferred_keys_ = 0;
      const bool listed = text_.after_space(at_) == ',' || text_.before_space(at_) == ',';
      Value value = next();
      const Value& last = found.items.back().value;
      if (!value.is_true()) {
        ++at_;
        continue;
      }
      // The same object again is a newer version of it.
      if (!last.is_true() || (!listed && alike(last, value))) found.items.pop_back();
      found.items.push_back({.value = std::move(value)});
    }
    if (gave_up_) return {};
    return found.items.size() == 1 ? Value(std::move(found.items[0].value)) : found;
  }

 private:
  enum Place : std::uint8_t { outside, in_key, in_value, in_array };

  /// For as long as it lives the reader is inside of `place`.
  class Inside {
   public:
    Inside(Reader& reader, Place place) : reader_(reader), outer_(reader.place_) {
      reader.place_ = place;
      ++reader.around_[place];
    }
    ~Inside() {
      --reader_.around_[reader_.place_];
      reader_.place_ = outer_;
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Reader& reader_;
    Place outer_;
  };

  bool within(Place place) const { return around_[place] > 0; }
  char32_t here() const { return text_.at(at_); }
  char32_t peek(std::size_t ahead) const { return text_.at(at_ + ahead); }
  bool found(std::size_t i) const { return text_.found(i); }

  std::string comment_closers() const {
    return std::string(within(in_array) ? "]" : "") + (within(in_value) ? "}" : "") + (within(in_key) ? ":" : "");
  }
  Value comment() { return at_ = text_.skip_comment(at_, comment_closers()), Value{}; }
  void skip_space_and_comments() { at_ = text_.skip_space_and_comments(at_, comment_closers()); }

  // ---- values

  /// The next value outside of all containers; the empty text when there is none. Prose is passed over.
  Value next() {
    for (; here() != the_end; ++at_) {
      const char32_t c = here();
      if (c == '#' || c == '/') at_ = text_.skip_comment(at_) - 1;
      if (c == '(' && tuple_may_start()) return container();
      Strict strict(text_, at_);
      Value value;
      if (c == '{' || c == '[') {
        if (tried_strict_ || (at_ == 0 && !closes_before_more())) return container();
        tried_strict_ = true;
        if (!strict.read(value)) return container();
        return at_ = strict.at(), std::move(value);
      }
      if (c == '"' && text_.only_space(0, at_)) {  // perhaps only the first brace is missing
        value.kind = Kind::object;
        if (strict.read_items(value, 1) && strict.at_end()) return at_ = text_.size(), std::move(value);
      }
    }
    return {};
  }
  /// Whether the container at the text's start closes and something else than a comma follows.
  bool closes_before_more() const {
    std::string open;
    for (std::size_t i = 0;; ++i) {
      const char32_t c = text_.at(i);
      if (c == the_end) return false;
      if (c == '"') i = text_.find(c, i + 1);
      if (c == '{' || c == '[') open += static_cast<char>(closing(c));
      if (c != '}' && c != ']') continue;
      if (open.empty() || static_cast<char>(c) != open.back()) return false;
      open.pop_back();
      if (open.empty()) return !ends_or(text_.after_space(i + 1), ",");
    }
  }

  /// The next value inside of a container.
  Value value() {
    if (deferred_keys_ > 0) {
      --deferred_keys_;
      const Inside inside(*this, in_key);
      return value();
    }
    for (; here() != the_end; ++at_) {
      const char32_t c = here();
      if (one_of(c, "{[(")) return container();
      if (is_quote(c) || is_alpha(c)) return string();
      if (is_digit(c) || c == '-' || c == '.') return number();
      if (c == '#' || c == '/') return comment();
    }
    return {};
  }

  Value container() {
    const char32_t open = here();
    const bool tuple = open != '(' || group().tuple;
    ++at_;
    Value value = open == '{' ? object() : array(closing(open));
    return tuple || value.items.size() != 1 ? value : Value(std::move(value.items[0].value));
  }

  /// Whether there is room for one more container; if not, all of it is given up.
  bool descend() {
    if (depth_ < deepest) return ++depth_, true;
    gave_up_ = true;
    at_ = text_.size();
    return false;
  }

  Value number() {
    const std::size_t start = at_;
    std::string written;
    for (;; ++at_) {
      const char32_t c = here();
      const bool power_sign = c == '+' && !written.empty() && (written.back() | 0x20) == 'e';
      if ((!is_digit(c) && !one_of(c, "-.eE/,_") && !power_sign) || (c == ',' && place_ == in_array)) break;
      if (c != '_') written += static_cast<char>(c);
    }
    if (is_alpha(here())) return at_ = start, string();
    if (!written.empty() && one_of(static_cast<unsigned char>(written.back()), "+-eE/,")) written.pop_back(), --at_;
    Value value;
    value.text = number_token(written, value.kind);
    if (value.text.empty()) value.text = written;
    return value;
  }

  // ---- parentheses

  struct Group {
    bool tuple;         // a comma, or nothing, is in it
    std::size_t close;  // where it ends, or the text
  };
  /// The parentheses that open here.
  Group group() const {
    std::size_t round = 0, square = 0, curly = 0;
    bool empty = true, comma = false;
    for (std::size_t i = at_ + 1;; ++i) {
      const char32_t c = text_.at(i);
      const bool top = round + square + curly == 0;
      if (c == the_end || (c == ')' && top)) return {comma || empty, i};
      empty = empty && (!top || is_space(c) || c == ',');
      comma = comma || (top && c == ',');
      if (c == '\\') i = text_.skip_escape(i);
      if (is_quote(c)) i = text_.find(c, i + 1);
      if (one_of(c, "([{")) ++(c == '(' ? round : c == '[' ? square : curly);
      if (!one_of(c, ")]}")) continue;
      std::size_t& open = c == ')' ? round : c == ']' ? square : curly;
      if (open > 0) --open;
    }
  }
  /// Whether the parenthesis here is a value, which has its lines for itself, and not part of a sentence.
  bool tuple_may_start() const {
    std::size_t line = at_;
    while (line > 0 && is_space(text_.at(line - 1)) && !one_of(text_.at(line - 1), "\n\r")) --line;
    if (line > 0 && !one_of(text_.at(line - 1), "\n\r")) return false;
    const std::size_t inner = text_.skip_space(at_ + 1);
    const char32_t c = text_.at(inner);
    const bool word = text_.has_word("true", inner) || text_.has_word("false", inner) ||
                      text_.has_word("null", inner) || text_.has_word("none", inner);
    if (!one_of(c, "){[(-.") && !is_quote(c) && !is_digit(c) && !word) return false;
    std::size_t i = group().close + 1;
    while (is_space(text_.at(i)) && !one_of(text_.at(i), "\n\r")) ++i;
    return ends_or(text_.at(i), "\n\r");
  }

  // ---- arrays

  Value array(char32_t end) {
    Value array(Kind::array);
    if (!descend()) return array;
    const bool is_member = place_ == in_value;
    bool only_scalars = true;
    const Inside inside(*this, in_array);
    for (;;) {
      skip_space_and_comments();
      const char32_t c = here();
      if (c == the_end || c == end || c == '}') break;
      if (c == ',') {
        ++at_;
        continue;
      }
      const bool key = is_quote(c) && text_.after_space(text_.find(c, at_ + 1) + 1) == ':';
      if (key && is_member && at_ < split_at_ && !array.items.empty() && only_scalars)
        return --depth_, array;  // it was not closed: this is the next member of the object around it
      Value item;
      if (key || at_ >= split_at_)
        split_at_ = nowhere, item = object();
      else
        item = is_quote(c) ? string() : value();
      if (item.is_empty() && here() != end && here() != ',')
        ++at_;
      else if (!(item.is(Kind::text) && item.text == "..." && text_.at(at_ - 1) == '.')) {
        only_scalars = only_scalars && !item.is_container();
        array.items.push_back({.value = std::move(item)});
      }
    }
    --depth_;
    ++at_;
    return array;
  }

  // ---- objects

  Value object() {
    Value object(Kind::object);
    if (!descend()) return object;
    const std::size_t start = at_;
    const bool is_member = place_ == in_value;
    Places places;
    for (;;) {
      skip_space_and_comments();
      if (ends_or(here(), "}")) break;
      if (here() == ',') {
        ++at_;
        continue;
      }
      if (here() == ':') ++at_;
      std::size_t key_start = at_;
      std::string key = this->key(object, key_start);
      if (within(in_array) && !is_member && places.count(key) && begins_next_object(key_start)) {
        split_at_ = key_start;
        at_ = key_start - 1;
        break;
      }
      skip_space_and_comments();
      if (ends_or(here(), "}")) continue;
      ++at_;  // the colon, or what stands in its place
      put(object, places, std::move(key), member());
      if (one_of(here(), ",'\"")) ++at_;
      if (here() == ']' && within(in_array)) {
        --at_;
        break;
      }
    }
    --depth_;
    ++at_;
    if (object.items.empty() && at_ > start + 2)
      if (std::optional<Value> other = not_an_object(start)) return std::move(*other);
    if (place_ == in_array && here() == '}') ++at_;
    if (place_ != outside) return object;

    at_ = text_.skip_space(at_);
    if (here() != ',') return object;
    at_ = text_.skip_space(at_ + 1);
    if (!is_quote(here())) return object;
    Value more = this->object();  // the brace was closed too early
    if (more.is(Kind::object))
      for (Member& member : more.items) put(object, places, std::move(member.key), std::move(member.value));
    return object;
  }

  std::string key(Value& object, std::size_t& start) {
    const Inside inside(*this, in_key);
    while (here() != the_end) {
      start = at_;
      if (here() == '[' && !object.items.empty() && !object.items.back().key.empty() &&
          object.items.back().value.is(Kind::array)) {
        continue_rows(object.items.back().value.items);
        continue;
      }
      if (std::string key = string().text; !key.empty()) return key;
      skip_space_and_comments();
      if (one_of(here(), ":}")) break;
    }
    return {};
  }

  Value member() {
    const Inside inside(*this, in_value);
    skip_space_and_comments();
    return one_of(here(), ",}") ? Value{} : value();
  }

  /// A key that the object has already begins the next object of an array, unless it is a proper further member.
  bool begins_next_object(std::size_t key) const {
    return !is_quote(text_.at(key)) || text_.before_space(key) != ',' || text_.after_space(at_) != ':';
  }

  /// `"rows": [..], [..]`: the second array, which is here, belongs to the first.
  void continue_rows(std::vector<Member>& items) {
    ++at_;
    Value more = array(']');
    text_.spend(items.size());
    const auto is_row = [](const Member& item) { return item.value.is(Kind::array); };
    const auto row = std::find_if(items.begin(), items.end(), is_row);
    const std::size_t width = row == items.end() ? 0 : row->value.items.size();
    if (width > 0 && std::all_of(row, items.end(), [&](const Member& item) {
          return !is_row(item) || item.value.items.size() == width;
        })) {
      if (!std::all_of(more.items.begin(), more.items.end(), is_row)) {  // one more row
        items.push_back({.value = std::exchange(more, {})});
      }
    } else if (more.items.size() == 1 && is_row(more.items[0])) {
      more = Value(std::move(more.items[0].value));
    }
    for (Member& item : more.items) items.push_back(std::move(item));
    skip_space_and_comments();
    if (here() == ',') ++at_;
    skip_space_and_comments();
  }

  /// What the braces from `start` to here are, in which no member was found: a set, an object whose quotes are all
  /// escaped, or (nothing) an empty object after all.
  std::optional<Value> not_an_object(std::size_t start) {
    if (text_.at(at_ - 1) == '}' && content(start, at_ - 1) == Content::blank) return {};
    const std::size_t end = text_.at(at_) == '}' || !found(at_) ? std::min(at_, text_.size()) : at_ + 1;
    const std::size_t first = text_.skip_space(start);
    const bool escaped =
        first < end && text_.at(first) == '\\' && one_of(text_.at(first + 1), "\"'") &&
        text_.slice(first, end).find({'\\', static_cast<char>(text_.at(first + 1)), ':'}) != std::string::npos;
    if (!escaped && content(start, end) != Content::items) return {};
    const Inside inside(*this, in_key);
    at_ = escaped ? text_.unescape_quotes(start, at_ + 1) : start;
    Value value = escaped ? object() : array(']');
    ++deferred_keys_;
    return value;
  }

  enum class Content : std::uint8_t { blank, items, members };
  Content content(std::size_t from, std::size_t to) const {
    Content content = Content::blank;
    for (std::size_t i = from; (i = text_.skip_space_and_comments(i)) < to && found(i); ++i) {
      const char32_t c = text_.at(i);
      if (c == ':') return Content::members;
      content = Content::items;
      if (c == '\\') i = text_.skip_escape(i);
      if (is_quote(c)) i = text_.find(c, i + 1);
    }
    return content;
  }

  // ---- strings

  /// A string on its way.
  struct Draft {
    std::string text;
    char32_t open = '"', close = '"';
    bool bare = false;       // it has no quotes
    bool doubled = false;    // it began with two
    bool quoting = false;    // a quote in it, not escaped, has opened a quotation
    std::size_t low = 0;     // quotations that „ has opened
    std::size_t braces = 0;  // { without }
    std::string nested;      // what closes the containers in it
    bool container_next = false;
    bool no_more_members = false;
    enum : std::uint8_t {
      no_class,
      in_class,
      spaced_class
    } regex = no_class;  // [ without ], and whether space is in it

    void add(char32_t c) {
      append_code_point(text, c);
      if (c == '{') ++braces;
      if (c == '}' && braces > 0) --braces;
      if (c == '[') regex = in_class;
      if (c == ']') regex = no_class;
      if (regex == in_class && is_space(c)) regex = spaced_class;
    }
    /// The last character was a backslash; it and what followed mean c.
    void instead(char32_t c) {
      text.pop_back();
      add(c);
    }
    bool after(char32_t c) const {
      if (c >= 0x80) return text.ends_with("”");
      return !text.empty() && text.back() == static_cast<char>(c);
    }
    void trim() { text.resize(python_rstrip(text).size()); }
  };

  /// A string, a bare word, or one of the literals.
  Value string() {
    if (here() == '#' || here() == '/') return comment();
    while (here() != the_end && !is_quote(here()) && !is_alnum(here())) ++at_;
    Value value;
    if (here() == the_end || plain_string(value) || literal(value)) return value;

    Draft draft;
    draft.bare = !is_quote(here());
    if (here() == '\'' || here() == U'“') draft.open = here(), draft.close = closing(here());
    if (!draft.bare) ++at_;
    if (text_.has("```json", at_) && text_.has("```", text_.find('`', at_ + 7))) return at_ += 7, this->value();
    if (here() == draft.open && !opening_quotes(draft)) return {};
    while (here() != the_end && (here() != draft.close || draft.low > 0)) {
      Step step = before(draft);
      if (step == Step::undecided) keep(draft), step = behind(draft);
      if (step == Step::stop) break;
      if (step == Step::keep) keep(draft);
    }

    if (draft.bare && place_ == in_key && is_space(here())) {
      at_ = text_.skip_space(at_);
      if (!one_of(here(), ":,")) return {};  // a remark, not a key
    }
    if (here() == draft.close)
      ++at_;
    else
      draft.trim();
    if (draft.bare || draft.after('\n')) draft.trim();
    value.text = std::move(draft.text);
    return value;
  }

  /// A string in plain quotes without anything to decide.
  bool plain_string(Value& value) {
    if (here() != '"') return false;
    std::size_t end = at_ + 1;
    while (!ends_or(text_.at(end), "\"\\\n\r")) ++end;
    const char32_t next = text_.after_space(end + 1);
    if (text_.at(end) != '"' || !(place_ == in_key ? next == ':' : ends_or(next, place_ == in_value ? ",}" : ",]")))
      return false;
    value.text = text_.slice(at_ + 1, end);
    at_ = end + 1;
    return true;
  }

  bool literal(Value& value) {
    if (place_ == in_key) return false;
    for (const std::string_view word : {"true", "false", "null", "none"})
      if (const char32_t end = peek(word.size());
          text_.has_word(word, at_) && (is_space(end) || ends_or(end, ",)]}"))) {
        value = Value(Kind::literal, std::string(word == "none" ? "null" : word));
        at_ += word.size();
        return true;
      }
    return false;
  }

  /// A second quote follows the first, which is already read. False when the two are an empty string.
  bool opening_quotes(Draft& draft) {
    if (one_of(peek(1), place_ == in_key ? ":" : place_ == in_value ? ",}" : ",]")) return ++at_, false;
    if (peek(1) == draft.open) return false;
    const std::size_t end = text_.find(draft.close, at_ + 1);
    draft.doubled = text_.at(end + 1) == draft.close;
    if (draft.doubled) return ++at_, true;
    if (found(end) && place_ == in_value && !text_.only_space(at_ + 1, end)) {
      const std::size_t outer = text_.find(draft.close, end + 1);
      if (found(outer) && ends_or(text_.after_space(outer + 1), ",}")) {  // the string begins with a quotation
        draft.quoting = true;
        return keep(draft), true;
      }
    }
    const char32_t next = text_.after_space(at_ + 1);
    if (is_quote(next) || one_of(next, "{[")) return ++at_, false;
    if (!one_of(next, ",]}")) ++at_;
    return true;
  }

  /// Takes the character here as it is.
  void keep(Draft& draft) {
    draft.add(here());
    ++at_;
  }

  enum class Step : std::uint8_t { undecided, keep, stop, done };

  /// What to do with the character here, which is no closing quote.
  Step before(Draft& draft) {
    const char32_t c = here();
    const bool in_object = place_ == in_value;
    if (draft.bare && place_ == in_key && (c == ':' || is_space(c))) return Step::stop;
    if (draft.bare && place_ == in_array && (c == ']' || c == ',')) return Step::stop;
    if (c == U'„' && !draft.after('\\')) return ++draft.low, Step::keep;
    if (c == U'”' && draft.low > 0) return --draft.low, Step::keep;
    if (one_of(c, "{[(") && keep_container(draft)) return Step::done;
    if (c == ',' && in_object && !draft.container_next && draft.nested.empty())
      return comma_ends(draft) ? Step::stop : Step::keep;
    if (ends_nested(draft, c)) return Step::keep;
    if (c == ']' && within(in_array) && !draft.after(draft.close) && !found(text_.find(draft.close, at_)))
      return Step::stop;
    if (c != '}' || !in_object) return Step::undecided;

    if (!draft.after(draft.close)) {
      if (draft.braces > 0) return Step::keep;
      if (brace_ends(draft)) return Step::stop;
    }
    const std::size_t next = text_.skip_space(at_ + 1);
    if (text_.has("```", next)) return fence_in_string(draft, next) ? Step::keep : Step::stop;
    return found(next) ? Step::undecided : Step::stop;
  }

  /// What to do with the character here, behind one that was kept.
  Step behind(Draft& draft) {
    const char32_t c = here();
    if (c == the_end || (draft.after('\\') && unescape(draft))) return Step::done;
    if (c == ':' && !draft.bare && place_ == in_key && colon_ends(draft)) return Step::stop;
    if (c == '"' && draft.low > 0) return --draft.low, Step::keep;
    if (c != draft.close) return Step::done;
    if (place_ == in_value && draft.regex == Draft::in_class && found(text_.find(']', at_ + 1))) return Step::keep;
    if (draft.text.empty() || draft.after('\\')) return Step::done;
    const Step step = closing_quote(draft);
    return step == Step::stop && draft.low > 0 ? Step::done : step;
  }

  /// What a backslash and the character here mean. False when nothing: both stay.
  bool unescape(Draft& draft) {
    const char32_t c = here(), close = draft.low > 0 ? the_end : draft.close;
    if (c == '\\') {
      const std::size_t end = text_.skip_run('\\', at_), run = end - at_ + 1;
      if (run % 2 == 0 && (text_.at(end) != close || ends_or(text_.after_space(end + 1), ",:}]"))) {
        draft.text.append(run / 2 - 1, '\\');
        return at_ = end, true;
      }
    }
    if (c == close || one_of(c, "tnrb\\")) {
      draft.instead(c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c == 'b' ? '\b' : c);
      for (++at_; draft.after('\\') && (here() == close || here() == '\\') && here() != the_end; ++at_)
        draft.instead(here());
      return true;
    }
    const char32_t code = c == 'u' ? text_.unicode_escape(at_) : c == 'x' ? text_.hex(at_ + 1, 2) : the_end;
    if (code != the_end) {
      draft.instead(code);
      if (c == 'x') at_ += 3;
      return true;
    }
    if (c != U'„' && !is_quote(c)) return false;
    if (c == '"' && draft.low > 0) --draft.low;
    draft.instead(c);
    return ++at_, true;
  }

  /// Whether the colon here, in a quoted key, is the one behind the key, whose closing quote is missing.
  bool colon_ends(const Draft& draft) const {
    const std::size_t open = text_.find(draft.open, at_ + 1);
    if (!found(open)) return true;
    const std::size_t close = text_.find(draft.close, open + 1);
    return found(close) && one_of(text_.after_space(close + 1), ",}");
  }

  /// Whether the closing quote here ends the string: one may also stand unescaped in the text.
  Step closing_quote(Draft& draft) {
    const char32_t close = draft.close;
    if (draft.doubled && peek(1) == close) return ++at_, Step::stop;
    if (draft.bare && place_ == in_value) {
      std::size_t i = at_ + 1;
      while (!ends_or(text_.at(i), "\"")) ++i;
      if (text_.at(i) == '"' && text_.after_space(i + 1) == ':') --at_;  // it opens the next key
      return Step::stop;
    }
    if (draft.quoting) return draft.quoting = false, Step::keep;

    std::size_t i = at_ + 1;
    char32_t c = text_.at(i);
    for (bool letters = false; c != the_end && c != close && c != draft.open; c = text_.at(++i)) {
      letters = letters || is_alpha(c);
      if ((within(in_key) && one_of(c, ":}")) || (within(in_value) && c == '}') ||
          (within(in_array) && one_of(c, "],")) || (place_ == in_value && c == ',' && !letters))
        break;
    }
    if (c == ',' && place_ == in_value) {
      const std::size_t next = text_.find(close, i + 1);
      return one_of(text_.after_space(next + 1), "},") ? Step::keep : Step::stop;
    }
    if (c != close || text_.at(i - 1) == '\\') return Step::stop;

    const bool member_next = place_ == in_value && member_after_quote(i);
    if (place_ == in_key || member_next) return text_.only_space(at_ + 1, i) && !member_next ? Step::stop : Step::keep;
    if (text_.only_space(at_ + 1, i)) return Step::stop;
    if (place_ == in_value) {
      i = text_.find(close, i + 1) + 1;
      while (!ends_or(text_.at(i), ":,]}") && !(text_.at(i) == close && text_.at(i - 1) != '\\')) ++i;
      if (text_.at(i) == ':') return Step::stop;
    } else if (text_.count(close, i + 1, text_.find(']', i + 1)) % 2 == 0) {
      return Step::stop;  // up to where the array may end the quotes are no pairs
    }
    draft.quoting = true;
    return Step::keep;
  }

  /// Whether a comma and the object's next member follow the quote at i.
  bool member_after_quote(std::size_t i) const {
    i = text_.skip_space(i + 1);
    return text_.at(i) == ',' && member_at(text_.skip_space_and_comments(i + 1));
  }
  /// Whether a key and its colon are at i.
  bool member_at(std::size_t i) const {
    const char32_t c = text_.at(i);
    return is_quote(c) ? colon_after(text_.find(closing(c), i + 1)) : bare_key_at(i);
  }
  bool colon_after(std::size_t quote) const { return found(quote) && text_.after_space(quote + 1) == ':'; }
  bool bare_key_at(std::size_t i) const {
    return (is_alnum(text_.at(i)) || text_.at(i) == '_') && text_.at(skip_bare_key(i)) == ':';
  }
  std::size_t skip_bare_key(std::size_t i) const {
    while (is_alnum(text_.at(i)) || one_of(text_.at(i), "_-")) ++i;
    return text_.skip_space(i);
  }

  /// Whether the comma here ends a string of an object, because the next member follows.
  bool comma_ends(Draft& draft) {
    if (draft.no_more_members) return false;
    const std::size_t next = text_.skip_space(at_ + 1);
    const char32_t c = text_.at(next);
    if (ends_or(c, "}")) return true;
    if (is_quote(c)) return colon_after(text_.find(c, next + 1));
    if (c == '`') return text_.at(skip_bare_key(next + 1)) == ':';
    if (bare_key_at(next) && value_at(text_.skip_space(skip_bare_key(next) + 1))) return true;
    draft.container_next = c == '{' || c == '[';
    if (draft.container_next) return false;
    const std::size_t mark = std::min({next_quote(next), text_.find('{', next), text_.find('[', next)});
    draft.no_more_members = !found(mark);
    return is_quote(text_.at(mark)) && colon_after(text_.find(text_.at(mark), mark + 1));
  }
  std::size_t next_quote(std::size_t i) const {
    return std::min({text_.find('"', i), text_.find('\'', i), text_.find(U'“', i), text_.find(U'”', i)});
  }
  /// Whether what is at i can be the value of a bare key.
  bool value_at(std::size_t i) const {
    const char32_t c = text_.at(i);
    if (is_quote(c) || is_digit(c) || one_of(c, "{[-")) return true;
    for (const std::string_view word : {"true", "false", "null"})
      if (const char32_t end = text_.at(i + word.size()); text_.has(word, i) && (is_space(end) || ends_or(end, ",}]")))
        return true;
    return text_.find('}', i) < next_quote(i);  // another word is one if the object closes before a string does
  }

  /// Whether the brace here closes the object, because its string has no closing quote.
  bool brace_ends(const Draft& draft) const {
    const std::size_t quote = text_.find(draft.close, at_ + 1);
    if (!found(quote) && found(text_.find(':', at_ + 1))) return true;
    if (peek(1) == '\\') return false;
    if (!found(quote)) {
      const std::size_t next = text_.skip_space(at_ + 1);
      return text_.find('}', next) <= next + 1;
    }
    const std::size_t next = text_.skip_space(quote + 1);
    if (ends_or(text_.at(next), ",}")) return false;
    const std::size_t open = text_.find(draft.open, next);
    return found(open) && ends_or(text_.after_space(open + 1), ":");
  }

  // ---- containers inside of strings

  /// Keeps track of containers in a text, from a comma before one on; true at their closing brackets.
  static bool ends_nested(Draft& draft, char32_t c) {
    if (c == '{' || c == '[') {
      if (draft.container_next || !draft.nested.empty()) draft.nested += static_cast<char>(closing(c));
      draft.container_next = false;
    }
    if (draft.nested.empty() || static_cast<char32_t>(draft.nested.back()) != c) return false;
    draft.nested.pop_back();
    return true;
  }

  /// Takes the whole container that opens here if it is part of the text.
  bool keep_container(Draft& draft) {
    const bool has_key = here() == '{' && place_ == in_value && bare_key_at(text_.skip_space(at_ + 1));
    if ((!draft.container_next && !has_key) || draft.after('\\')) return false;
    const std::size_t end = skip_container(at_);
    if (end == nowhere) return false;
    draft.container_next = false;
    draft.nested.clear();
    while (at_ < end && here() != the_end) keep(draft);
    return true;
  }
  /// Behind the container at `start`, or nowhere when it does not close.
  std::size_t skip_container(std::size_t start) const {
    std::string open;
    for (std::size_t i = start; found(i); ++i) {
      const char32_t c = text_.at(i);
      if (c == the_end) break;
      if (is_quote(c)) i = text_.find(closing(c), i + 1);
      if (one_of(c, "{[(") && (i == start || container_in_container(i, start))) open += static_cast<char>(closing(c));
      if (static_cast<char32_t>(open.back()) != c) continue;
      open.pop_back();
      if (open.empty()) return i + 1;
    }
    return nowhere;
  }
  bool container_in_container(std::size_t i, std::size_t start) const {
    const char32_t before = text_.before_space(i, start);
    if (ends_or(before, "{[(")) return true;
    if (before != ',' && before != ':') return false;
    const std::size_t inner = text_.skip_space(i + 1);
    const char32_t c = text_.at(inner);
    if (text_.at(i) != '{') return is_quote(c) || is_digit(c) || one_of(c, "])-[{(tfn");
    return is_quote(c) || c == '}' || (before == ':' && bare_key_at(inner));
  }

  /// Whether the code fence behind the brace here is part of the text: it is if the string still closes behind it.
  bool fence_in_string(Draft& draft, std::size_t fence) const {
    std::size_t from = fence + 3;
    const std::size_t next = text_.skip_space_and_comments(from);
    const std::size_t end = one_of(text_.at(next), "{[(") ? skip_container(next) : nowhere;
    if (end != nowhere) {
      const std::size_t after = text_.skip_space(end), member = text_.skip_space_and_comments(after + 1);
      if (ends_or(text_.at(after), "}")) return false;
      if (text_.at(after) == ',' && (ends_or(text_.at(member), "}") || member_at(member))) return false;
      from = end;
    }
    for (std::size_t quote = text_.find(draft.close, from); found(quote); quote = text_.find(draft.close, quote + 1))
      if (ends_or(text_.after_space(quote + 1), ",}]")) {
        draft.container_next = draft.container_next || end != nowhere;
        return true;
      }
    return false;
  }

  Text& text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool gave_up_ = false, tried_strict_ = false;
  Place place_ = outside;
  std::array<int, 4> around_{};
  int deferred_keys_ = 0;  // so often the next value is read as a key would be: json_repair does so after a set
  std::size_t split_at_ = nowhere;  // there an object begins without a brace
};

}  // namespace repair

std::string repair_json(std::string_view utf8) {
  repair::Text text(utf8);
  repair::Strict strict(text);
  if (repair::Value value; strict.read(value) && strict.at_end()) return to_valid_utf8(utf8);
  std::string json;
  repair::write(json, repair::Reader(text).all());
  return json;
}

}  // namespace strop
