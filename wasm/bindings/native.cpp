// The surface for a process on the other end of a pipe, so that the native core is tested by what tests the module.
// A request is a line "NAME HANDLE BYTES" and that many bytes; the answer is a line with the length, or minus the
// length of an error, and the bytes. NAME is a function's, a class's (answers with the handle), "Class.method", or
// "release"; those that need no handle are given 0.
#include <iostream>
#include <string>

#include "tables.hpp"

namespace {

using namespace strop::surface;

/// What the table has under the name, or null.
template <class Entry, std::size_t n>
const Entry* named(const Entry (&table)[n], std::string_view name) {
  for (const auto& entry : table)
    if (name == entry.name) return &entry;
  return nullptr;
}

class Server {
 public:
  Reply answer(const std::string& name, int handle, std::string_view input) {
    const auto* function = named(predict::functions, name);
    if (!function) function = named(full::functions, name);
    if (function) return function->call(input);

    const auto* method = named(predict::methods, name);
    if (!method) method = named(full::methods, name);
    if (method) return method->call(handles_, handle, input);

    const auto* made = named(predict::classes, name);
    if (!made) made = named(full::classes, name);
    if (made) {
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
