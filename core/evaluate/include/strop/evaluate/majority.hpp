#pragma once
#include <cstddef>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

namespace strop {

/// Which of the values most are equal to, as DSPy's majority() counts: the place of the first of them, and of several
/// as frequent the earliest. Null does not count where there are others. With `normalize` texts are compared by
/// normalize_text, and those of which it leaves nothing count as null. Values that are no texts, which DSPy refuses
/// then, are compared as they are; numbers as in Python, where 1, 1.0 and true are equal, and NaN equals nothing.
/// Linear but for the sorting. Failure `metric` where `values` is no array or empty.
Result<std::size_t> majority(const Json& values, bool normalize);

}  // namespace strop
