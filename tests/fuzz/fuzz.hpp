#pragma once
#include <cstdint>
#include <cstdlib>
#include <string_view>

/// What a fuzzer demands besides not crashing.
inline void demand(bool truth) {
  if (!truth) std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}
