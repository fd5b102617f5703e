#pragma once
#include <nlohmann/json.hpp>

namespace strop {

/// A JSON value. The order of an object's keys is meaning here (fields, prompts), so it is kept.
/// Text becomes Json by parse_json and Json text by dump_json (value/), never by nlohmann's own, which
/// know neither Python's numbers nor our bounds.
using Json = nlohmann::ordered_json;

}  // namespace strop
