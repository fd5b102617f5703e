// The module of evaluation and optimization. It has all of the other, so that no host needs both.
#include "embind.hpp"

EMSCRIPTEN_BINDINGS(strop_full) {
  using namespace strop::surface;
  offer_predict();
  offer<full::functions, full::classes, full::methods>();
}
