#pragma once
// How tables cross into JavaScript. Texts do not cross as embind strings, which cost twenty times as much, but as UTF-8
// in one scratch buffer: the host asks for room, writes its input there and passes its length; a call leaves its output
// there and returns the length, or minus the length of {"code", "message"}. A class returns a handle, and its methods
// take one: with numbers instead of embind's classes the glue is half as large.
#include <emscripten/bind.h>

#include <limits>
#include <string>

#include "tables.hpp"

namespace strop::surface {

/// What one instance of a module has; an instance is one thread.
struct Instance {
  std::string scratch;
  Handles handles;

  std::string_view input(std::size_t bytes) const { return std::string_view(scratch).substr(0, bytes); }

  int fail(const Failure& failure) { return -static_cast<int>((scratch = failure_json(failure)).size()); }
  int deliver(Reply reply) {
    if (!reply) return fail(reply.error());
    return static_cast<int>((scratch = std::move(*reply)).size());
  }
};

inline Instance instance;

/// Room for `bytes` of input, and where it is; the address may change with every call.
inline int reserve(int bytes) {
  std::string& scratch = instance.scratch;
  if (scratch.size() < static_cast<std::size_t>(bytes)) scratch.resize(static_cast<std::size_t>(bytes));
  return static_cast<int>(reinterpret_cast<std::uintptr_t>(scratch.data()));
}

inline int release(int handle) {
  instance.handles.release(handle);
  return 0;
}

template <const auto& table, std::size_t k>
int call(int bytes) {
  return instance.deliver(table[k].call(instance.input(static_cast<std::size_t>(bytes))));
}

template <const auto& table, std::size_t k>
int construct(int bytes) {
  const auto handle = table[k].make(instance.handles, instance.input(static_cast<std::size_t>(bytes)));
  return handle ? *handle : instance.fail(handle.error());
}

template <const auto& table, std::size_t k>
int invoke(int handle, int bytes) {
  return instance.deliver(table[k].call(instance.handles, handle, instance.input(static_cast<std::size_t>(bytes))));
}

template <const auto& functions, const auto& classes, const auto& methods>
void offer() {
  const auto each = []<std::size_t... k>(std::index_sequence<k...>, auto offer_one) {
    (offer_one.template operator()<k>(), ...);
  };
  each(std::make_index_sequence<std::size(functions)>(),
       []<std::size_t k>() { emscripten::function(functions[k].name, &call<functions, k>); });
  each(std::make_index_sequence<std::size(classes)>(),
       []<std::size_t k>() { emscripten::function(classes[k].name, &construct<classes, k>); });
  each(std::make_index_sequence<std::size(methods)>(),
       []<std::size_t k>() { emscripten::function(methods[k].name, &invoke<methods, k>); });
}

inline void offer_predict() {
  using namespace emscripten::internal;
  using Int = std::numeric_limits<int>;
  _embind_register_bool(TypeID<bool>::get(), "bool", true, false);  // the glue's part for int needs something of it
  _embind_register_integer(TypeID<int>::get(), "int", sizeof(int), Int::min(), static_cast<std::uint32_t>(Int::max()));
  emscripten::function("reserve", &reserve);
  emscripten::function("release", &release);
  offer<predict::functions, predict::classes, predict::methods>();
}

}  // namespace strop::surface
