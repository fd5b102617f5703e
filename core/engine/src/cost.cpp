#include <strop/engine/cost.hpp>

namespace strop {

bool Purse::covers(Cost cost) const {
  bool enough = true;
  Cost left = left_;
  per_dimension([&](std::int64_t have, std::int64_t want) { enough = enough && (want == 0 || have >= want); }, left,
                cost);
  return enough;
}

void Purse::take(Cost cost) {
  per_dimension(
      [](std::int64_t& have, std::int64_t want) {
        if (have != unlimited) have = detail::difference(have, want);
      },
      left_, cost);
}

void Purse::put(Cost cost) {
  const auto add = [](std::int64_t& have, std::int64_t more) {
    if (have != unlimited) have = std::min(detail::sum(have, more), unlimited - 1);
  };
  per_dimension(add, left_, cost);
}

Purse Purse::part(Cost reserve) const {
  Cost left = left_;
  per_dimension(
      [](std::int64_t have, std::int64_t& share) {
        if (have == unlimited) share = unlimited;
      },
      left, reserve);
  return Purse(reserve);
}

Purse Purse::slice(Cost reserve) {
  Purse slice = part(reserve);
  take(reserve);
  return slice;
}

Cost Purse::reclaim(const Purse& slice) {
  Cost rest = slice.left_, debt;
  const auto split = [](std::int64_t& left, std::int64_t& owed) {
    if (left == unlimited) left = 0;
    owed = std::max<std::int64_t>(detail::difference(0, left), 0);
    left = std::max<std::int64_t>(left, 0);
  };
  per_dimension(split, rest, debt);
  put(rest);
  return debt;
}

}  // namespace strop
