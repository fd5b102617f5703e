#include <catch2/catch_all.hpp>
#include <chrono>
#include <stream_rule.hpp>
#include <strop/adapter/stream_listener.hpp>

using namespace strop;

namespace {

constexpr std::size_t megabyte = 1'000'000;

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  text.reserve(bytes + piece.size());
  while (text.size() < bytes) text += piece;
  return text;
}

/// Every adapter reads the reply or says that it does not, in both readings, whole and in pieces.
void survives(const std::string& reply) {
  static const Signature signature =
      *parse_signature("q -> a, kind: Literal['x', 'y'], n: Optional[int], b, rows: list[dict[str, Any]]");
  for (const std::string_view name : {"chat", "json", "xml", "compact"}) {
    const Adapter& adapter = *adapter_named(name);
    INFO(name << " reads " << reply.substr(0, 40));
    for (const auto reading : {Reading::tolerant, Reading::dspy}) {
      const auto outputs = adapter.parse(signature, reply, reading);
      CHECK((outputs ? outputs->size() == 5 : outputs.error().code == "adapter_parse"));
      if (!outputs) CHECK(outputs.error().message.size() < 5'000);
      const auto mode = reading == Reading::tolerant ? StreamMode::certain : StreamMode::eager;
      const auto given = test::streamed(adapter, signature, reply, {1, 4'000}, mode, reading);
      CHECK_FALSE((mode == StreamMode::certain && given.took_back));
    }
    auto listener = StreamListener::make(name, "a");
    if (!listener) continue;
    int last = 0;
    for (std::size_t at = 0; at < reply.size(); at += 4'000) {
      const auto chunk = listener->push(std::string_view(reply).substr(at, 4'000), {});
      last += chunk && chunk->last ? 1 : 0;
    }
    const auto chunk = listener->finish();
    CHECK(last + (chunk && chunk->last ? 1 : 0) <= 1);
  }
}

}  // namespace

TEST_CASE("hostile replies of a megabyte are read or refused") {
  const std::string_view piece =
      GENERATE("[", "{\"a\":[", "[[ ## a ## ]]\n", "<a>", "{\"a\":1}", "\xff\xfe", "\xed\xa0\x80", "\\ud800", "**");
  const auto t = std::chrono::steady_clock::now();
  survives(repeated(piece, megabyte));
  WARN(piece << ' ' << std::chrono::duration<double>(std::chrono::steady_clock::now() - t).count());
}
