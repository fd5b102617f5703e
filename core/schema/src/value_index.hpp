#pragma once
#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <strop/schema/type.hpp>
#include <strop/text/result.hpp>
#include <strop/value/number.hpp>
#include <vector>

namespace strop::detail {

/// Finds values of Literals and members of Enums. Where there are many and more than one is looked for, they are kept
/// by what they equal: a long list of items of a long Literal would else take the product of both lengths.
class ValueIndex {
 public:
  /// The first of the choices whose value fits. `fits` must refuse what is not python_equal to `in`, `value_of` gives
  /// a pointer to a choice's value, and the choices must live and stay as they are while this does. nullptr where none
  /// fits.
  template <class Choice, class ValueOf, class Fits>
  const Json* first(const std::vector<Choice>& choices, ValueOf value_of, const Json& in, Fits fits) {
    Places* const places = choices.size() > few ? &lists_[&choices] : nullptr;
    if (!places || !places->asked) {
      if (places) places->asked = true;
      for (const Choice& choice : choices)
        if (fits(*value_of(choice))) return value_of(choice);
      return nullptr;
    }
    if (places->by_key.empty()) {
      for (const Choice& choice : choices) places->by_key[key(*value_of(choice))].push_back(value_of(choice));
    }
    const auto alike = places->by_key.find(key(in));
    if (alike == places->by_key.end()) return nullptr;
    const auto found =
        std::find_if(alike->second.begin(), alike->second.end(), [&](const Json* value) { return fits(*value); });
    return found == alike->second.end() ? nullptr : *found;
  }

  /// The same for plain values.
  template <class Fits>
  const Json* first(const std::vector<Json>& values, const Json& in, Fits fits) {
    return first(values, [](const Json& value) { return &value; }, in, fits);
  }

  static constexpr std::size_t few = 64;  ///< so many are compared one by one

 private:
  struct Places {
    bool asked = false;
    std::map<std::string, std::vector<const Json*>> by_key = {};
  };

  /// The same for all values that are python_equal.
  static std::string key(const Json& value) {
    if (value.is_string()) return "'" + value.get_ref<const std::string&>();
    std::string text;
    if (value.is_boolean()) append_float(text, value.get<bool>() ? 1 : 0);
    if (is_integer(value) || value.is_number_float()) append_float(text, as_double(value) + 0.0);  // no -0.0
    return text;
  }

  std::map<const void*, Places> lists_;
};

/// As the public functions of these names, for several values of types that live as long as `index`.
Result<Json> validate(const Json& value, const Type& type, SchemaNames names, ValueIndex& index);
Result<Json> parse_value(const Json& value, const Type& type, ValueIndex& index);

}  // namespace strop::detail
