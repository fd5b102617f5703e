// The surface for a process on the other end of a pipe, so that the native core is tested by what tests the module.
// A request is a line "NAME HANDLE BYTES" and that many bytes; the answer is a line with the length, or minus the
// length of an error, and the bytes. NAME is a function's, a class's (answers with the handle), "Class.method", or
// "release"; those that need no handle are given 0.
#include <iostream>
#include <string>

#include "tables.hpp"

namespace {

using namespace strop::surface;

/// What the tables have under the name, or null.
template <class Entry, std::size_t n, std::size_t m>
const Entry* named(const Entry (&predict)[n], const Entry (&full)[m], std::string_view name) {
  for (const auto& entry : predict)
    if (name == entry.name) return &entry;
  for (const auto& entry : full)
    if (name == entry.name) return &entry;
  return nullptr;
}

class Server {
 public:
  Reply answer(const std::string& name, int handle, std::string_view input) {
    if (const auto* function = named(predict::functions, full::functions, name)) return function->call(input);
    if (const auto* method = named(predict::methods, full::methods, name)) return method->call(handles_, handle, input);
    if (const auto* made = named(predict::classes, full::classes, name)) {
      const auto number = made->make(handles_, input);
      if (!number) return number.error();
      return std::to_string(*number);
    }
    if (name != "release") return strop::Failure{"bad_input", "there is no " + name};
    handles_.release(handle);
    return std::string();
  }

 private:
  Handles handles_;
};

}  // namespace

int main() {
  Server server;
  std::string name, input;
  int handle = 0;
  std::size_t bytes = 0;
  while (std::cin >> name >> handle >> bytes) {
    std::cin.get();
    input.resize(bytes);
    std::cin.read(input.data(), static_cast<std::streamsize>(bytes));
    const Reply reply = server.answer(name, handle, input);
    const std::string output = reply ? *reply : failure_json(reply.error());
    std::cout << (reply ? "" : "-") << output.size() << '\n' << output << std::flush;
  }
}
