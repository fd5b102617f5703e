// What embind's library has for the program at run time, without the types it registers: the surface registers the only
// one that crosses (embind.hpp), while the library's own copy, which this one comes before, registers some thirty more,
// whose conversions are half of the glue.
#include <emscripten/bind.h>

#include <cstring>

using emscripten::internal::InitFunc;

namespace {

InitFunc* last = nullptr;

}  // namespace

extern "C" {

const char* __getTypeName(const std::type_info* type) { return strdup(type->name()); }  // for embind's messages

void _embind_register_bindings(InitFunc* bindings) {
  bindings->next = last;
  last = bindings;
}

void _embind_initialize_bindings() {
  for (auto* each = last; each; each = each->next) each->init_func();
}

}  // extern "C"
