#pragma once
#include <cstdint>
#include <string>

#include "prompt_view.hpp"

namespace strop::practice {

/// The value for one slot, from the demos where there are any. `luck` decides where nothing else does.
std::string answer(const PromptView& view, std::size_t slot, std::uint64_t luck);

}  // namespace strop::practice
