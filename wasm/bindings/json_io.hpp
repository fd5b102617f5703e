#pragma once
#include <string>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>
#include <utility>

#include "surface.hpp"

/// Reading members of what the host sends.
namespace strop::surface {

inline Failure bad_input(std::string message) { return {"bad_input", std::move(message)}; }

inline Reply json_reply(const Json& value) { return dump_json(value, JsonStyle::compact); }

}  // namespace strop::surface
