#pragma once
#include <algorithm>
#include <functional>

namespace strop {

/// std::sort, but a heap sort: as good a bound, a fifth of the code for every type of items that is sorted somewhere.
template <class Items, class Less = std::less<>>
void sort(Items& items, Less less = {}) {
  std::make_heap(items.begin(), items.end(), less);
  std::sort_heap(items.begin(), items.end(), less);
}

}  // namespace strop
