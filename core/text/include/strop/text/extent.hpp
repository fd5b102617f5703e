#pragma once
#include <strop/text/result.hpp>

namespace strop {

/// Whether the program has all of the library. It has, unless it is linked with a definition of its own that says
/// false: the package's small module does so, for programs of plain types. What is then left out fails with
/// `needs_all`, and the linker drops its code.
extern const bool has_all;

/// The failure of what a small module does not have.
Failure needs_all();

}  // namespace strop
