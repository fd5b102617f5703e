#include "temporal.hpp"

#include <cmath>
#include <cstdint>
#include <strop/text/python_text.hpp>
#include <strop/value/number.hpp>

#include "lax_text.hpp"

namespace strop::detail {
namespace {

using Kind = Type::Kind;

constexpr std::int64_t million = 1'000'000, day_seconds = 86400;

struct Date {
  std::int64_t year = 0, month = 0, day = 0;
};
struct Time {
  std::int64_t seconds = 0, micros = 0;     ///< of the day
  std::optional<std::int64_t> offset = {};  ///< of the zone, in seconds
};

bool is_leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

std::int64_t days_in(std::int64_t year, std::int64_t month) {
  constexpr std::int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/// Howard Hinnant's civil_from_days: the date that is so many days after 1970-01-01.
Date date_of(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t of_era = days - era * 146097;
  const std::int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::int64_t shifted = (5 * of_year + 2) / 153;
  const std::int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year + era * 400 + (month <= 2 ? 1 : 0), month, of_year - (153 * shifted + 2) / 5 + 1};
}

/// Reads from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  std::size_t size() const { return text_.size(); }
  bool contains_any(std::string_view characters) const { return text_.find_first_of(characters) != text_.npos; }
  char next() const { return text_.empty() ? '\0' : text_.front(); }
  bool take(char c) {
    if (next() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take_any(std::string_view characters) {
    if (text_.empty() || characters.find(text_.front()) == characters.npos) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take_text(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  bool is_digit() const { return next() >= '0' && next() <= '9'; }

  /// Exactly so many digits.
  bool digits(int count, std::int64_t& number) {
    number = 0;
    for (; count > 0; --count) {
      if (!is_digit()) return false;
      number = 10 * number + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return true;
  }
  /// One digit or more, at most ten.
  bool number(std::int64_t& number) {
    number = 0;
    int count = 0;
    for (; is_digit() && count <= 10; ++count) {
      number = 10 * number + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return count > 0 && count <= 10;
  }
  /// What follows a decimal point.
  bool fraction(double& part) {
    const std::string_view before = text_;
    while (is_digit()) text_.remove_prefix(1);
    const std::string_view digits = before.substr(0, before.size() - text_.size());
    part = double_from_text("0." + std::string(digits)).value_or(0);
    return !digits.empty();
  }
  /// The same in millionths; further digits are cut off.
  bool fraction(std::int64_t& micros) {
    micros = 0;
    int count = 0;
    for (; is_digit(); ++count, text_.remove_prefix(1)) {
      if (count < 6) micros = 10 * micros + (text_.front() - '0');
    }
    if (count == 0) return false;
    for (; count < 6; ++count) micros *= 10;
    return true;
  }

  bool date(Date& date) {
    if (!digits(4, date.year) || !take('-') || !digits(2, date.month) || !take('-') || !digits(2, date.day))
      return false;
    return date.year >= 1 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= days_in(date.year, date.month);
  }

  bool time(Time& time) {
    std::int64_t hour = 0, minute = 0, second = 0;
    if (!digits(2, hour) || !take(':') || !digits(2, minute)) return false;
    if (take(':')) {
      if (!digits(2, second)) return false;
      if (take_any(".,") && !fraction(time.micros)) return false;
    }
    if (hour > 23 || minute > 59 || second > 59) return false;
    time.seconds = 3600 * hour + 60 * minute + second;
    return zone(time);
  }

 private:
  bool zone(Time& time) {
    if (take_any("Zz")) return time.offset = 0, true;
    const bool minus = take('-') || take_text("\xE2\x88\x92");
    if (!minus && !take('+')) return true;
    std::int64_t hour = 0, minute = 0;
    if (!digits(2, hour)) return false;
    take(':');
    if (!digits(2, minute)) return false;
    if (minute > 59 || hour > 23) return false;
    time.offset = (minus ? -1 : 1) * (3600 * hour + 60 * minute);
    return true;
  }

  std::string_view text_;
};

void append_padded(std::string& text, std::int64_t number, int width) {
  const std::string digits = std::to_string(number);
  text.append(static_cast<std::size_t>(std::max<int>(0, width - static_cast<int>(digits.size()))), '0');
  text += digits;
}

std::string date_text(const Date& date) {
  std::string text;
  append_padded(text, date.year, 4);
  append_padded(text += '-', date.month, 2);
  append_padded(text += '-', date.day, 2);
  return text;
}

std::string time_text(const Time& time) {
  std::string text;
  append_padded(text, time.seconds / 3600, 2);
  append_padded(text += ':', time.seconds / 60 % 60, 2);
  append_padded(text += ':', time.seconds % 60, 2);
  if (time.micros > 0) append_padded(text += '.', time.micros, 6);
  if (!time.offset) return text;
  if (*time.offset == 0) return text + 'Z';
  const std::int64_t minutes = std::abs(*time.offset) / 60;
  append_padded(text += *time.offset < 0 ? '-' : '+', minutes / 60, 2);
  append_padded(text += ':', minutes % 60, 2);
  return text;
}

std::optional<double> number_in(const Json& value) {
  if (value.is_number_float() || is_integer(value)) return as_double(value);
  return std::nullopt;
}

/// A number, or a text that is one.
std::optional<double> timestamp_in(const Json& value) {
  if (!value.is_string()) return number_in(value);
  const std::string_view text = value.get_ref<const std::string&>();
  const bool sign = text.starts_with('-') || text.starts_with('+');
  if (text.find_first_not_of("0123456789.", sign ? 1 : 0) != text.npos) return std::nullopt;
  return double_from_lax_text(text);
}

struct Instant {
  std::int64_t seconds, micros;  ///< since 1970
};

/// Numbers too large for seconds are milliseconds.
std::optional<Instant> instant_of(double number) {
  if (!std::isfinite(number)) return std::nullopt;
  constexpr double watershed = 2e10;
  const double scale = std::abs(number) > watershed ? 1000 : 1;
  double seconds = std::floor(number / scale);
  if (std::abs(seconds) > 253'402'300'799.0) return std::nullopt;
  double micros = std::round((number - seconds * scale) * (1e6 / scale));
  if (micros >= 1e6) seconds += 1, micros = 0;
  return Instant{static_cast<std::int64_t>(seconds), static_cast<std::int64_t>(micros)};
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

bool read_moment(const Json& value, Date& date, Time& time) {
  if (const auto number = timestamp_in(value)) {
    const auto instant = instant_of(*number);
    if (!instant) return false;
    const std::int64_t days = floor_div(instant->seconds, day_seconds);
    date = date_of(days);
    time = {instant->seconds - days * day_seconds, instant->micros, 0};
    return date.year >= 1;
  }
  if (!value.is_string()) return false;
  Reader reader(value.get_ref<const std::string&>());
  if (!reader.date(date)) return false;
  if (reader.at_end()) return true;
  return reader.take_any("Tt _") && reader.time(time) && reader.at_end();
}

std::optional<std::string> read_date(const Json& value) {
  Date date;
  Time time;
  if (!read_moment(value, date, time) || time.seconds != 0 || time.micros != 0) return std::nullopt;
  return date_text(date);
}

std::optional<std::string> read_time(const Json& value) {
  Time time;
  if (const auto number = number_in(value)) {
    const auto instant = instant_of(*number);
    if (!instant || *number < 0 || instant->seconds >= day_seconds) return std::nullopt;
    return time_text({instant->seconds, instant->micros, 0});
  }
  if (!value.is_string()) return std::nullopt;
  Reader reader(value.get_ref<const std::string&>());
  if (!reader.time(time) || !reader.at_end()) return std::nullopt;
  return time_text(time);
}

/// In millionths of a second.
std::string duration_text(std::int64_t days, std::int64_t micros) {
  const bool negative = days < 0 || micros < 0;
  days = std::abs(days), micros = std::abs(micros);
  std::string text = negative ? "-P" : "P";
  const auto add = [&](std::int64_t number, char unit) {
    if (number > 0) (text += std::to_string(number)) += unit;
  };
  add(days / 365, 'Y');
  add(days % 365, 'D');
  if (micros == 0) return days == 0 ? text + "T0S" : text;
  text += 'T';
  const std::int64_t seconds = micros / million;
  add(seconds / 3600, 'H');
  add(seconds / 60 % 60, 'M');
  if (seconds % 60 == 0 && micros % million == 0) return text;
  text += std::to_string(seconds % 60);
  if (micros % million > 0) {
    append_padded(text += '.', micros % million, 6);
    text.resize(text.find_last_not_of('0') + 1);
  }
  return text + 'S';
}

/// P1Y2M3W4DT5H6M7.8S; only the last part may have a fraction.
bool read_iso_duration(Reader& reader, double& seconds) {
  bool in_time = false, any = false;
  while (!reader.at_end()) {
    if (!in_time && reader.take('T')) {
      in_time = true;
      continue;
    }
    std::int64_t whole = 0;
    double part = 0;
    if (!reader.number(whole)) return false;
    if (reader.take_any(".,") && !reader.fraction(part)) return false;
    const double number = static_cast<double>(whole) + part;
    double unit = 0;
    if (in_time)
      unit = reader.take('H') ? 3600 : reader.take('M') ? 60 : reader.take('S') ? 1 : 0;
    else
      unit = static_cast<double>(day_seconds) * (reader.take('Y')   ? 365
                                                 : reader.take('M') ? 30
                                                 : reader.take('W') ? 7
                                                 : reader.take('D') ? 1
                                                                    : 0);
    if (unit == 0) return false;
    seconds += number * unit;
    any = true;
  }
  return any;
}

/// H…:MM[:SS[.f]], at least five characters
bool read_clock(Reader& reader, double& seconds) {
  std::int64_t hour = 0, minute = 0, second = 0, micros = 0;
  if (reader.size() < 5 || !reader.number(hour) || !reader.take(':') || !reader.digits(2, minute)) return false;
  if (reader.take(':') && (!reader.digits(2, second) || (reader.take_any(".,") && !reader.fraction(micros))))
    return false;
  if (minute > 59 || second > 59) return false;
  seconds += static_cast<double>(3600 * hour + 60 * minute + second) + static_cast<double>(micros) / 1e6;
  return reader.at_end();
}

/// days[ ]d[ay[s]][,][ ][clock], in any case
bool read_days_and_clock(Reader& reader, double& seconds) {
  std::int64_t days = 0;
  if (!reader.number(days)) return false;
  reader.take(' ');
  if (!reader.take_any("dD")) return false;
  if (reader.take_any("aA")) {
    if (!reader.take_any("yY")) return false;
    reader.take_any("sS");
  }
  seconds += static_cast<double>(days) * day_seconds;
  reader.take(',');
  reader.take(' ');
  return reader.at_end() || read_clock(reader, seconds);
}

std::optional<std::string> read_duration(const Json& value) {
  double seconds = 0;
  bool negative = false;
  if (value.is_boolean()) {  // to Python a number
    seconds = value.get<bool>() ? 1 : 0;
  } else if (const auto number = number_in(value)) {
    seconds = std::abs(*number);
    negative = *number < 0;
  } else {
    if (!value.is_string()) return std::nullopt;
    Reader reader(value.get_ref<const std::string&>());
    negative = reader.take('-');
    if (!negative) reader.take('+');
    bool read = false;
    if (reader.take('P'))
      read = read_iso_duration(reader, seconds);
    else if (reader.contains_any("dD"))
      read = read_days_and_clock(reader, seconds);
    else
      read = read_clock(reader, seconds);
    if (!read) return std::nullopt;
  }
  constexpr double most_days = 999'999'999;
  if (!std::isfinite(seconds)) return std::nullopt;
  double whole_days = std::floor(seconds / day_seconds);
  auto micros = static_cast<std::int64_t>(std::round((seconds - whole_days * day_seconds) * 1e6));
  if (micros == million * day_seconds) whole_days += 1, micros = 0;
  if (whole_days > most_days || (negative && whole_days == most_days && micros > 0)) return std::nullopt;
  const std::int64_t sign = negative ? -1 : 1;
  return duration_text(sign * static_cast<std::int64_t>(whole_days), sign * micros);
}

}  // namespace

std::optional<std::string> read_temporal(const Json& value, Kind kind) {
  switch (kind) {
    case Kind::date:
      return read_date(value);
    case Kind::time:
      return read_time(value);
    case Kind::timedelta:
      return read_duration(value);
    default: {
      Date date;
      Time time;
      if (!read_moment(value, date, time)) return std::nullopt;
      return date_text(date) + 'T' + time_text(time);
    }
  }
}

}  // namespace strop::detail
