#pragma once
#include <string_view>
#include <strop/text/json.hpp>

#include "place.hpp"

namespace strop {

struct Content {
  Json parts = Json::array();
  bool marked = false;  ///< its last block carries the mark up to which a provider is to cache
};

/// A row's `content`: a text, or a list of blocks. Which kinds of block there may be depends on the role: `system`
/// (also for developer), `user`, `assistant` or `tool`.
Content read_content(const Json& content, std::string_view role, const Place& row, Refusals& refusals);

Json text_part(std::string_view text);

}  // namespace strop
