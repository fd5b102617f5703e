#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strop::detail {

/// Reads a JSON object that comes in pieces, and tells at any time what of its members there is. Constant time a byte
/// and the memory of the texts that are kept: keys of the object, and its values if asked for.
///
/// The rules are those of jiter (pydantic's parser), which DSPy asks for a partial reading with trailing strings: JSON,
/// NaN and infinities; no lone surrogates; 200 values within each other. Where a comma or a bracket is expected and
/// something else stands there, it takes the container for ended and goes on in the one around it.
class JsonPrefix {
 public:
  /// What a byte has brought about in the outermost object.
  enum class Event : std::uint8_t { none, key, value };

  /// @param keep_values whether value() and text() are wanted
  explicit JsonPrefix(bool keep_values) : keep_values_(keep_values) {}

  Event read(char c);

  /// Nothing that follows makes this JSON, be it read as generously as that.
  bool is_wrong() const { return state_ == State::wrong; }
  /// The object has ended, with or without its brace.
  bool is_closed() const { return state_ == State::closed; }
  /// What was read is a JSON object and white space, nothing was forgiven.
  bool is_whole() const { return is_closed() && !forgiven_; }
  /// What was read begins a JSON object: nothing was forgiven so far.
  bool is_strict() const { return !is_wrong() && !forgiven_; }

  /// The last key that was read.
  const std::string& key() const { return key_; }
  /// Whether the value of the last key would count if the text ended here.
  bool value_begun() const;
  /// Whether what is read now is a text that is a value of the outermost object.
  bool in_text() const { return open_.size() == 1 && state_ == State::text; }
  /// What has come of that text since the last take_text(), decoded.
  std::string take_text();
  /// The JSON of the last value that is no text.
  const std::string& value() const { return value_; }

 private:
  enum class State : std::uint8_t {
    start,          // the brace
    first_key,      // or the end of an empty object
    next_key,       // behind a comma
    key_text,       // in quotes
    colon,          // behind a key
    value,          // expected
    first_item,     // or the end of an empty list
    text,           // in quotes
    word,           // true, NaN
    minus,          // of a number, the first byte
    zero,           // a number that has one digit before its point
    digits,         // before the point
    point,          // a digit has to follow
    fraction,       // digits behind the point
    exponent,       // a sign or digit has to follow
    exponent_sign,  // a digit has to follow
    power,          // digits of the exponent
    step,           // behind a value: a comma or the end
    closed,
    wrong,
  };
  enum class Escape : std::uint8_t { none, letter, hex, low_slash, low_u, low_hex };

  void step_structure(char c, Event& event);
  void begin_value(char c);
  bool end_number(char c);
  void end_value(Event& event);
  void end_container(Event& event);
  void read_text(char c, Event& event);
  void read_escape(char c);
  void append(char32_t code_point);
  /// Whether what is read is to be kept: of the outermost object keys, and values if asked for.
  bool keeps() const { return open_.size() == 1 && (keep_values_ || state_ == State::key_text); }

  bool keep_values_;
  State state_ = State::start;
  bool forgiven_ = false;
  std::string open_;  // the brackets that are open
  std::string key_, text_, value_;
  std::string_view rest_;        // of a word
  std::size_t number_size_ = 0;  // bytes of a number before its point
  Escape escape_ = Escape::none;
  int hex_digits_ = 0;
  char hex_[4] = {};
  char32_t high_ = 0;  // a surrogate that waits for its other half
};

}  // namespace strop::detail
