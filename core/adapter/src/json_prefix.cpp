#include "json_prefix.hpp"

#include <strop/text/utf8.hpp>
#include <utility>

namespace strop::detail {
namespace {

constexpr std::size_t deepest = 200;          // values within the object
constexpr std::size_t longest_number = 4300;  // bytes before the point

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string JsonPrefix::take_text() { return std::exchange(text_, {}); }

bool JsonPrefix::value_begun() const {
  if (open_.size() > 1) return true;
  switch (state_) {
    case State::text:
    case State::zero:
    case State::digits:
    case State::fraction:
    case State::power:
    case State::step:
      return true;
    default:
      return false;
  }
}

JsonPrefix::Event JsonPrefix::read(char c) {
  Event event = Event::none;
  if (keep_values_ && open_.size() > 1) value_ += c;
  switch (state_) {
    case State::wrong:
      break;
    case State::closed:
      forgiven_ = forgiven_ || !is_space(c);
      break;
    case State::key_text:
    case State::text:
      read_text(c, event);
      break;
    case State::word:
      if (c != rest_.front()) {
        state_ = State::wrong;
        break;
      }
      rest_.remove_prefix(1);
      if (keeps()) value_ += c;
      if (rest_.empty()) end_value(event);
      break;
    default:
      if (state_ >= State::minus && state_ <= State::power) {
        if (!end_number(c)) {
          if (keeps() && state_ != State::wrong) value_ += c;
          break;
        }
        end_value(event);
      }
      step_structure(c, event);
  }
  return event;
}

/// What stands between keys and scalars.
void JsonPrefix::step_structure(char c, Event& event) {
  if (is_space(c)) return;
  switch (state_) {
    case State::start:
      if (c == '{') open_ += c;
      state_ = c == '{' ? State::first_key : State::wrong;
      break;
    case State::first_key:
      if (c == '}') return end_container(event);
      [[fallthrough]];
    case State::next_key:
      state_ = c == '"' ? State::key_text : State::wrong;
      if (open_.size() == 1) key_.clear();
      break;
    case State::colon:
      state_ = c == ':' ? State::value : State::wrong;
      break;
    case State::first_item:
      if (c == ']') return end_container(event);
      [[fallthrough]];
    case State::value:
      begin_value(c);
      break;
    default:  // State::step
      for (;;) {
        const bool list = open_.back() == '[';
        if (c == ',') {
          state_ = list ? State::value : State::next_key;
          return;
        }
        const bool ends = c == (list ? ']' : '}');
        forgiven_ = forgiven_ || !ends;
        end_container(event);
        if (ends || state_ == State::closed) return;
      }
  }
}

void JsonPrefix::begin_value(char c) {
  if (open_.size() > deepest) {
    state_ = State::wrong;
    return;
  }
  if (open_.size() == 1) {
    text_.clear();
    value_.clear();
    if (keep_values_ && c != '"') value_ += c;
  }
  constexpr std::string_view words[] = {"true", "false", "null", "NaN", "Infinity"};
  for (const std::string_view word : words) {
    if (c != word.front()) continue;
    rest_ = word.substr(1);
    state_ = State::word;
    return;
  }
  number_size_ = 1;
  if (c == '"') {
    state_ = State::text;
  } else if (c == '{' || c == '[') {
    open_ += c;
    state_ = c == '{' ? State::first_key : State::first_item;
  } else if (c == '-') {
    state_ = State::minus;
  } else if (c == '0') {
    state_ = State::zero;
  } else {
    state_ = is_digit(c) ? State::digits : State::wrong;
  }
}

/// Whether the number has ended before the byte; else the byte is part of it, or what makes it wrong.
bool JsonPrefix::end_number(char c) {
  const bool digit = is_digit(c);
  const bool exponent = c == 'e' || c == 'E';
  switch (state_) {
    case State::minus:
      ++number_size_;
      rest_ = "nfinity";
      state_ = c == 'I' ? State::word : c == '0' ? State::zero : digit ? State::digits : State::wrong;
      return false;
    case State::zero:
    case State::digits:
      if (digit && (state_ == State::zero || ++number_size_ > longest_number)) {
        state_ = State::wrong;
        return false;
      }
      if (digit) return false;
      if (c != '.' && !exponent) return true;
      state_ = c == '.' ? State::point : State::exponent;
      return false;
    case State::point:
    case State::fraction:
      if (digit)
        state_ = State::fraction;
      else if (state_ == State::point)
        state_ = State::wrong;
      else if (exponent)
        state_ = State::exponent;
      else
        return true;
      return false;
    case State::power:
      return !digit;
    default:  // the exponent's sign or first digit
      if (state_ == State::exponent && (c == '+' || c == '-'))
        state_ = State::exponent_sign;
      else
        state_ = digit ? State::power : State::wrong;
      return false;
  }
}

void JsonPrefix::end_value(Event& event) {
  state_ = State::step;
  if (open_.size() == 1) event = Event::value;
}

void JsonPrefix::end_container(Event& event) {
  open_.pop_back();
  if (open_.empty())
    state_ = State::closed;
  else
    end_value(event);
}

void JsonPrefix::read_text(char c, Event& event) {
  if (escape_ != Escape::none) return read_escape(c);
  if (c == '\\') {
    escape_ = Escape::letter;
  } else if (static_cast<unsigned char>(c) < 0x20) {
    state_ = State::wrong;
  } else if (c != '"') {
    if (keeps()) (state_ == State::key_text ? key_ : text_) += c;
  } else if (state_ == State::key_text) {
    state_ = State::colon;
    if (open_.size() == 1) event = Event::key;
  } else {
    end_value(event);
  }
}

void JsonPrefix::read_escape(char c) {
  constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
  switch (std::exchange(escape_, Escape::none)) {
    case Escape::letter:
      if (const std::size_t which = letters.find(c); which != letters.npos)
        append(static_cast<unsigned char>(meanings[which]));
      else if (c == 'u')
        escape_ = Escape::hex, hex_digits_ = 0;
      else
        state_ = State::wrong;
      return;
    case Escape::low_slash:
      escape_ = Escape::low_u;
      if (c != '\\') state_ = State::wrong;
      return;
    case Escape::low_u:
      escape_ = Escape::low_hex, hex_digits_ = 0;
      if (c != 'u') state_ = State::wrong;
      return;
    default:
      break;
  }
  // Looked at only when all four are there.
  hex_[hex_digits_++] = c;
  const bool low = high_ != 0;
  escape_ = low ? Escape::low_hex : Escape::hex;
  if (hex_digits_ < 4) return;
  escape_ = Escape::none;
  char32_t unit = 0;
  for (const char digit : hex_) {
    const char lower = static_cast<char>(digit | 0x20);
    if (!is_digit(digit) && (lower < 'a' || lower > 'f')) {
      state_ = State::wrong;
      return;
    }
    unit = unit * 16 + static_cast<char32_t>(is_digit(digit) ? digit - '0' : lower - 'a' + 10);
  }
  const bool is_low = unit >= 0xdc00 && unit < 0xe000;
  if (low != is_low) {
    state_ = State::wrong;
  } else if (low) {
    append(0x10000 + ((std::exchange(high_, 0) - 0xd800) << 10) + (unit - 0xdc00));
  } else if (unit >= 0xd800 && unit < 0xdc00) {
    high_ = unit;
    escape_ = Escape::low_slash;
  } else {
    append(unit);
  }
}

void JsonPrefix::append(char32_t code_point) {
  if (keeps()) append_code_point(state_ == State::key_text ? key_ : text_, code_point);
}

}  // namespace strop::detail
