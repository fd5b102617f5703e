#include <catch2/catch_all.hpp>
#include <stream_rule.hpp>
#include <strop/adapter/stream_listener.hpp>

using namespace strop;

namespace {

const Signature signature =
    *parse_signature("q -> a, kind: Literal['x', 'y'], n: Optional[int], b, rows: list[dict[str, Any]]");

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  return text;
}

void check_parse(const Adapter& adapter, std::string_view reply, Reading reading) {
  const auto outputs = adapter.parse(signature, reply, reading);
  CHECK((outputs ? outputs->size() == 5 : outputs.error().code == "adapter_parse"));
  if (!outputs) CHECK(outputs.error().message.size() < 5'000);
}

/// DSPy's listener gives nothing behind the last chunk.
void check_listener(const Adapter& adapter, std::string_view reply) {
  auto listener = StreamListener::make(adapter.name(), "a");
  if (!listener) return;  // there is none for the adapter
  bool ended = false;
  const auto hear = [&](const std::optional<ListenedChunk>& chunk) {
    if (ended) CHECK_FALSE(chunk);
    ended = ended || (chunk && chunk->last);
  };
  for (std::size_t at = 0; at < reply.size(); at += 4'000) hear(listener->push(reply.substr(at, 4'000)));
  hear(listener->finish());
}

/// The adapters read the reply or say that they do not, in both readings, whole and in pieces.
void survives(const std::string& reply,
              std::initializer_list<std::string_view> adapters = {"chat", "json", "xml", "compact"}) {
  for (const std::string_view name : adapters) {
    const Adapter& adapter = *adapter_named(name);
    INFO(name << " reads " << dump_json(Json(reply.substr(0, 40))));
    for (const auto reading : {Reading::tolerant, Reading::dspy}) {
      check_parse(adapter, reply, reading);
      CHECK_FALSE(test::streamed(adapter, signature, reply, {1, 4'000}, StreamMode::certain, reading).took_back);
    }
    test::streamed(adapter, signature, reply, {1, 4'000}, StreamMode::eager, Reading::tolerant);
    check_listener(adapter, reply);
  }
}

}  // namespace

// Each of the cases here took minutes where something was looked at again and again.

TEST_CASE("hostile replies are read or refused by every adapter") {
  using namespace std::string_literals;
  const std::string piece =
      GENERATE("["s, "\0"s, "\xff\xfe"s, "\xed\xa0\x80"s, "\\ud800"s, "**"s, "}"s, "<think>"s, "{'a':"s);
  survives(repeated(piece, 50'000));
}

TEST_CASE("numbers of hundreds of digits are read or refused") {
  const std::string digits(400, '9');
  for (const std::string& number : {digits, "-0." + digits, "1e" + digits, "1e-" + digits, std::string(100'000, '9')}) {
    survives("[[ ## n ## ]]\n" + number, {"chat"});
    std::string json = "{\"a\": ";
    ((json += number) += ", \"n\": ") += number;
    survives(json += '}', {"chat", "json"});
    survives("<n>" + number + "</n>", {"xml"});
    survives("A: x\nN: " + number, {"compact"});
  }
}

TEST_CASE("very many headers, tags, labels or objects are read in linear time") {
  constexpr std::size_t most = 100'000, count = 10'000;
  for (const auto reading : {Reading::tolerant, Reading::dspy}) {
    check_parse(chat_adapter(), repeated("[[ ## a ## ]]\n", 14 * most), reading);
    check_parse(xml_adapter(), repeated("<a></a>", 7 * most), reading);
  }
  survives(repeated("[[ ## a ## ]]\n", 14 * count), {"chat"});
  survives(repeated("x [[## b ]] ", 12 * count), {"chat"});
  survives(repeated("<a></a>", 7 * count), {"xml"});
  survives(std::string(10 * count, 'x') + repeated("<a>", 3 * count), {"xml"});
  survives(repeated("{\"a\":1}", 7 * count), {"json"});
  survives(repeated("A: x\n", 5 * count), {"compact"});
}

TEST_CASE("a text of what may begin a mark is streamed in linear time") {
  for (const char* mark : {" ", "*", "<"}) survives("[[ ## a ## ]]\n" + repeated(mark, 200'000), {"chat"});
  survives("A: x" + repeated(" ", 200'000) + "y", {"compact"});
  survives("<a>" + repeated("&amp;", 200'000), {"xml"});
  survives("{\"a\": \"" + repeated("\\n", 200'000), {"json"});
}

TEST_CASE("ten megabytes of brackets are refused") {
  const std::string brackets = repeated("[", 10'000'000);
  for (const std::string_view name : {"chat", "json", "xml", "compact"})
    check_parse(*adapter_named(name), brackets, name == "json" ? Reading::tolerant : Reading::dspy);
}

TEST_CASE("of very many JSON objects the first thousand are looked at") {
  const Signature two = *parse_signature("q -> a, b");
  const auto objects = [](std::size_t before) { return repeated("{\"a\": 1}\n", 9 * before) + "{\"a\": 1, \"b\": 2}"; };
  CHECK(json_adapter().parse(two, objects(100)));
  CHECK_FALSE(json_adapter().parse(two, objects(1'500)));
}
