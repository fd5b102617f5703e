// Memory that runs out ends the instance by a trap, which the host survives and names. With std::bad_alloc every
// function that allocates would have to be unwound, and the module be a sixth larger, for states that no one could use
// any more.
#include <cstdlib>
#include <new>
#include <string>

void* operator new(std::size_t bytes) {
  void* const memory = std::malloc(bytes);
  if (!memory) __builtin_trap();
  return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }

// The library's own copy of these can throw std::length_error; this one comes first.
template class std::basic_string<char>;
