#pragma once
#include <optional>
#include <string>
#include <strop/schema/type.hpp>

namespace strop::detail {

/// A datetime, date, time or timedelta as pydantic's lax mode reads it, from a text or a number, in ISO 8601 as
/// pydantic writes it: "2020-01-02T03:04:05Z", "PT1M30S". Nothing where it is none. Precondition: kind is one of the
/// four.
std::optional<std::string> read_temporal(const Json& value, Type::Kind kind);

}  // namespace strop::detail
