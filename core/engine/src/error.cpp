#include <strop/engine/error.hpp>

namespace strop {
namespace {
constexpr const char* fault_names[] = {"transient", "parse", "program", "exhausted", "fatal"};
}

const char* name(Fault fault) { return fault_names[static_cast<int>(fault)]; }

std::optional<Fault> fault_named(std::string_view name) {
  for (int i = 0; i < 5; ++i)
    if (name == fault_names[i]) return static_cast<Fault>(i);
  return std::nullopt;
}

}  // namespace strop
