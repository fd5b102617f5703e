#include <strop/text/extent.hpp>

namespace strop {

extern const bool has_all __attribute__((weak)) = true;

Failure needs_all() { return {"needs_all", "this needs the whole core"}; }

}  // namespace strop
