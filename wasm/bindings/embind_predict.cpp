// The module of the main entry: what a prediction needs.
#include "embind.hpp"

EMSCRIPTEN_BINDINGS(strop_predict) { strop::surface::offer_predict<&strop::basic_adapter_named>(); }
