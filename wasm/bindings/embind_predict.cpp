// The module of the main entry: what a prediction needs in the common case. For anything else the package loads the
// other one, which is told by failures of the code `needs_all`.
#include <strop/text/extent.hpp>

#include "embind.hpp"

namespace strop {

extern const bool has_all = false;

}  // namespace strop

EMSCRIPTEN_BINDINGS(strop_predict) { strop::surface::offer_predict(); }
