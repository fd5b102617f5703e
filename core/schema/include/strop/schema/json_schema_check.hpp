#pragma once
#include <optional>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

namespace strop {

/// Whether the value fits the JSON Schema, read as draft 2020-12 whatever `$schema` says. Failures: `bad_value` names
/// the place in the value and what is wanted there; `bad_schema` a keyword whose value is none that it can have;
/// `unsupported` a keyword that is not known here.
///
/// Known are type, enum, const, the bounds of numbers, texts, arrays and objects, multipleOf, properties, required,
/// additionalProperties, propertyNames, dependentRequired, dependentSchemas, items, prefixItems, contains, uniqueItems,
/// allOf, anyOf, oneOf, not, if, and $ref to a place within the same schema (`#/$defs/port`). A `pattern` is not looked
/// at, as there are no regular expressions here, and a `format`, as in Python, says nothing. Not known:
/// patternProperties, unevaluated…, $dynamicRef, anchors, references to elsewhere.
///
/// Numbers beyond 64 bits are compared as doubles. Time is linear in the value times the schema; a $ref is followed
/// at most a million times, and what is nested deeper than 500 steps into the schema is refused.
std::optional<Failure> check_json_schema(const Json& value, const Json& schema);

}  // namespace strop
