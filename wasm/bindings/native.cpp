// The surface for a process on the other end of a pipe, so that the native core is tested by what tests the module.
// A request is a line "NAME BYTES" and that many bytes; the answer is a line with the length, or minus the length of an
// error, and the bytes. NAME is a function's, or "+Class" (answers with a number), "@NUMBER.method", "-NUMBER" (frees
// it).
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "surface.hpp"

namespace {

using namespace strop::surface;
using Handle = std::variant<PredictorHandle, ProgramHandle, SessionHandle>;

Reply invoke(Handle& handle, const std::string& method, std::string_view input) {
  if (auto* predictor = std::get_if<PredictorHandle>(&handle)) {
    if (method == "describe") return predictor->describe();
    if (method == "prefix") return predictor->prefix();
    if (method == "render") return predictor->render(input);
    if (method == "parse") return predictor->parse(input);
    if (method == "state") return predictor->state();
  } else if (auto* program = std::get_if<ProgramHandle>(&handle)) {
    if (method == "describe") return program->describe();
    if (method == "state") return program->state(input);
    if (method == "edited") return program->edited(input);
  } else {
    auto& session = std::get<SessionHandle>(handle);
    if (method == "step") return session.step(input);
    if (method == "result") return session.result();
  }
  return strop::Failure{"bad_input", "no method " + method};
}

class Server {
 public:
  Reply answer(const std::string& name, std::string_view input) {
    if (name == "+Predictor") return keep(PredictorHandle::make(input));
    if (name == "+Program") return keep(ProgramHandle::make(input));
    if (name == "+Session") return keep(SessionHandle::make(input));
    if (name[0] == '-') return handles_.erase(std::stoi(name.substr(1))), std::string();
    if (name[0] == '@') {
      const auto dot = name.find('.');
      const auto handle = handles_.find(std::stoi(name.substr(1, dot - 1)));
      if (handle == handles_.end()) return strop::Failure{"bad_input", "no handle " + name};
      return invoke(handle->second, name.substr(dot + 1), input);
    }
    for (const auto& function : functions)
      if (name == function.name) return function.call(input);
    return strop::Failure{"bad_input", "no function " + name};
  }

 private:
  template <class Made>
  Reply keep(strop::Result<Made> made) {
    if (!made) return made.error();
    handles_.emplace(++last_, std::move(*made));
    return std::to_string(last_);
  }
  std::map<int, Handle> handles_;
  int last_ = 0;
};

}  // namespace

int main() {
  Server server;
  std::string name, input;
  std::size_t bytes = 0;
  while (std::cin >> name >> bytes) {
    std::cin.get();
    input.resize(bytes);
    std::cin.read(input.data(), static_cast<std::streamsize>(bytes));
    const Reply reply = server.answer(name, input);
    const std::string output = reply ? *reply : failure_json(reply.error());
    std::cout << (reply ? "" : "-") << output.size() << '\n' << output << std::flush;
  }
}
