// The surface in WebAssembly. Texts do not cross as embind strings, which cost twenty times as much, but as UTF-8 in
// one scratch buffer: the host asks for room, writes its input there and passes its length; a call leaves its output
// there and returns the length, or minus the length of {"code", "message"}.
#include <emscripten/bind.h>

#include <memory>
#include <optional>
#include <string>

#include "surface.hpp"

namespace {

using namespace strop::surface;

std::string scratch;  // one instance of the module is one thread

/// Room for `bytes` of input; the address may change with every call.
std::size_t reserve(std::size_t bytes) {
  if (scratch.size() < bytes) scratch.resize(bytes);
  return reinterpret_cast<std::size_t>(scratch.data());
}
std::size_t address() { return reinterpret_cast<std::size_t>(scratch.data()); }

std::string_view input(std::size_t bytes) { return std::string_view(scratch).substr(0, bytes); }

int deliver(Reply reply) {
  if (reply) return static_cast<int>((scratch = std::move(*reply)).size());
  return -static_cast<int>((scratch = failure_json(reply.error())).size());
}

/// Whatever is thrown is a fault of ours, and is told instead of leaving C++.
template <class F>
int guarded(F f) {
  try {
    return deliver(f());
  } catch (const std::exception& error) {
    return deliver(strop::Failure{"internal", error.what()});
  }
}

template <Reply (*f)(std::string_view)>
int call(std::size_t bytes) {
  return guarded([&] { return f(input(bytes)); });
}

template <class Handle>
class Held {
 public:
  explicit Held(std::size_t bytes) {
    try {
      auto made = Handle::make(input(bytes));
      if (made)
        handle_ = std::make_unique<Handle>(std::move(*made));
      else
        failure_ = made.error();
    } catch (const std::exception& error) {
      failure_ = {"internal", error.what()};
    }
  }
  /// 0, or minus the length of why there is no handle: the first thing to ask.
  int status() const { return handle_ ? 0 : deliver(failure_); }

  template <Reply (Handle::*f)() const>
  int get() const {
    return handle_ ? guarded([&] { return ((*handle_).*f)(); }) : status();
  }
  template <Reply (Handle::*f)(std::string_view) const>
  int ask(std::size_t bytes) const {
    return handle_ ? guarded([&] { return ((*handle_).*f)(input(bytes)); }) : status();
  }
  template <Reply (Handle::*f)(std::string_view)>
  int change(std::size_t bytes) {
    return handle_ ? guarded([&] { return ((*handle_).*f)(input(bytes)); }) : status();
  }

 private:
  std::unique_ptr<Handle> handle_;
  strop::Failure failure_;
};

template <class Handle>
std::shared_ptr<Held<Handle>> make(std::size_t bytes) {
  return std::make_shared<Held<Handle>>(bytes);
}

template <std::size_t... k>
void register_functions(std::index_sequence<k...>) {
  (emscripten::function(functions[k].name, &call<functions[k].call>), ...);
}

}  // namespace

EMSCRIPTEN_BINDINGS(strop) {
  emscripten::function("reserve", &reserve);
  emscripten::function("address", &address);
  register_functions(std::make_index_sequence<std::size(functions)>());

  using P = Held<PredictorHandle>;
  emscripten::class_<P>("Predictor")
      .smart_ptr_constructor("Predictor", &make<PredictorHandle>)
      .function("status", &P::status)
      .function("describe", &P::get<&PredictorHandle::describe>)
      .function("prefix", &P::get<&PredictorHandle::prefix>)
      .function("render", &P::ask<&PredictorHandle::render>)
      .function("parse", &P::ask<&PredictorHandle::parse>)
      .function("state", &P::get<&PredictorHandle::state>);

  using G = Held<ProgramHandle>;
  emscripten::class_<G>("Program")
      .smart_ptr_constructor("Program", &make<ProgramHandle>)
      .function("status", &G::status)
      .function("describe", &G::get<&ProgramHandle::describe>)
      .function("state", &G::ask<&ProgramHandle::state>)
      .function("edited", &G::ask<&ProgramHandle::edited>);

  using S = Held<SessionHandle>;
  emscripten::class_<S>("Session")
      .smart_ptr_constructor("Session", &make<SessionHandle>)
      .function("status", &S::status)
      .function("step", &S::change<&SessionHandle::step>)
      .function("result", &S::get<&SessionHandle::result>);
}
