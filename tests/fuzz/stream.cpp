#include <stream_rule.hpp>
#include <strop/adapter/stream_listener.hpp>

#include "fuzz.hpp"

namespace {

/// A listener never crashes, and gives nothing behind the last chunk.
void listen(std::string_view adapter, std::string_view reply, const std::vector<std::size_t>& sizes) {
  auto listener = *strop::StreamListener::make(adapter, "a", {.reasoning = sizes[0] % 2 == 0});
  bool ended = false;
  const auto heard = [&](const std::optional<strop::ListenedChunk>& chunk) {
    demand(!ended || !chunk);
    ended = ended || (chunk && chunk->last);
  };
  for (std::size_t at = 0, k = 0; at < reply.size(); at += sizes[k++ % sizes.size()])
    heard(listener.push(reply.substr(at, sizes[k % sizes.size()]), k % 7 == 3 ? "t" : ""));
  heard(listener.finish());
}

}  // namespace

/// What is streamed is what the whole reply is read as, however it is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const strop::Signature several =
      *strop::parse_signature("q -> a, kind: Literal['a', 'b'], n: Optional[int], b, rows: list[dict[str, Any]]");
  static const strop::Signature single = *strop::parse_signature("q -> a");
  if (size < 4) return 0;
  constexpr std::string_view names[] = {"chat", "json", "xml", "compact"};
  const strop::Adapter& adapter = *strop::adapter_named(names[data[0] % 4]);
  const strop::Signature& signature = data[0] % 8 < 4 ? several : single;
  const std::vector<std::size_t> sizes{1U + data[1] % 16, 1U + data[2] % 64, 1U + data[3] % 4};
  const std::string_view reply = text_of(data + 4, size - 4);
  for (const auto mode : {strop::StreamMode::certain, strop::StreamMode::eager})
    for (const auto reading : {strop::Reading::tolerant, strop::Reading::dspy})
      demand(strop::test::broken_rule(adapter, signature, reply, sizes, mode, reading).empty());
  if (data[0] % 4 < 3) listen(adapter.name(), reply, sizes);
  return 0;
}
