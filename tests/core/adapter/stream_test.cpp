#include <catch2/catch_all.hpp>
#include <random>
#include <stream_rule.hpp>

using namespace strop;
using test::broken_rule;

namespace {

const Signature several =
    *parse_signature("q -> a, kind: Literal['a', 'b'], n: Optional[int], b, rows: list[dict[str, Any]]");
const Signature two = *parse_signature("q -> a, b");
const Signature single = *parse_signature("q -> a");

/// What each piece gives, as `a+text` or `n=value`, the pieces parted by |.
std::string said(const Adapter& adapter, const Signature& signature, const std::vector<std::string_view>& pieces,
                 StreamMode mode = StreamMode::certain) {
  std::string said;
  const auto add = [&](const std::vector<FieldEvent>& events) {
    const char* comma = "";
    for (const FieldEvent& event : events) {
      (said += comma) += signature.outputs()[event.output].name;
      said += event.value ? '=' + dump_json(*event.value, JsonStyle::compact) : '+' + event.delta;
      comma = ";";
    }
    said += '|';
  };
  const auto stream = adapter.stream(signature, mode);
  for (const auto piece : pieces) add(stream->push(piece));
  add(stream->finish());
  return said;
}

}  // namespace

TEST_CASE("a text of the chat format comes stripped, in pieces", "[stream]") {
  CHECK(said(chat_adapter(), two,
             {"[[ ## a ", "## ]]\n\n H", "ow \n", "are", " you\n\n[[", " ##", " b ## ]]", " x \n\ny",
              "\n[[ ## completed"}) == "|a+H|a+ow|a+ \nare|a+ you|||b+x\n\ny|||");
  CHECK(said(chat_adapter(), two, {"[[ ## a ## ]]\nx\r", "\ny\u2028z\n[[ ## b ## ]]\n"}) == "a+x|a+\ny\nz||");
}

TEST_CASE("in the chat format a section's first occurrence counts, and unknown ones pass", "[stream]") {
  CHECK(said(chat_adapter(), two, {"[[ ## a ## ]]\n1\n[[ ## c ## ]]\n2\n[[ ## a ## ]]\n3\n[[ ## b ## ]]4"}) ==
        "a+1;b+4||");
}

TEST_CASE("what is no text is held until it is whole", "[stream]") {
  CHECK(said(chat_adapter(), several,
             {"[[ ## n ## ]]\n1", "2\n", "[[ ## rows ## ]]\n[{\"k\":", " 1}]\n[[ ## kind ## ]]\na", "\n\n"}) ==
        "||n=12|rows=[{\"k\":1}]||kind=\"a\"|");
}

TEST_CASE("nothing is given of an output that is wrong", "[stream]") {
  CHECK(said(chat_adapter(), several, {"[[ ## n ## ]]\none\n[[ ## a ## ]]\n", "x"}) == "|||");
  CHECK(said(chat_adapter(), two, {"[[ ## a ## ]]\n{a", "}\n[[ ## b ## ]]", "x"}) == "||||");
  CHECK(said(chat_adapter(), two, {"[[ ## a ## ]]\n${a", "}.", "\n[[ ## b ## ]]", "x"}) == "|a+${a}.||b+x||");
}

TEST_CASE("defaults come at the end", "[stream]") {
  std::vector<Field> fields = two.fields();
  fields.back().default_value = "none";
  CHECK(said(chat_adapter(), Signature(fields, ""), {"[[ ## a ## ]]\n1"}) == "a+1|b+none|");
  CHECK(said(chat_adapter(), Signature(fields, ""), {"[[ ## c ## ]]\n1"}) == "||");
}

TEST_CASE("a line of the compact format comes as it is written", "[stream]") {
  CHECK(said(compact_adapter(), single, {" Par", "is, ", "of course", ".\nQ: ", "more"}) ==
        "a+Par|a+is,|a+ of course|a+.|||");
  CHECK(said(compact_adapter(), single, {"\nA", ": Paris"}) == "|a+Paris||");
  CHECK(said(compact_adapter(), two, {"well\n", "a: x ", "\n y\nB: ", "z\nA: again"}) == "|a+x|a+\n y|b+z||");
  CHECK(said(compact_adapter(), two, {"well\n", "b: x"}) == "|a+well;b+x||");
}

TEST_CASE("JSON and XML come at the end, as nothing is certain before", "[stream]") {
  CHECK(said(json_adapter(), two, {R"({"a": "x")", R"(, "b": "y", "a": "z"})"}) == "||a+z;b+y|");
  CHECK(said(xml_adapter(), two, {"<a>x</a>", "<b>y</b>"}) == "||a+x;b+y|");
}

TEST_CASE("eagerly, JSON and XML come as they are written", "[stream]") {
  CHECK(said(json_adapter(), several,
             {"```json\n{\"a\": \"x", "y\\u00", "e9\\n", "\", \"n\": 1", "2, \"kind\": \"a\"",
              ", \"b\":\"\", \"rows\":[{}", "]}"},
             StreamMode::eager) == "a+x|a+y|a+\u00e9\n||n=12;kind=\"a\"||rows=[{}]||");
  CHECK(said(xml_adapter(), several,
             {"<a>\n x &l", "t; y ", "\n</a><n> 1</", "n><kind>a</kind><rows><item><k>1</k></item></rows>", "<b></b>"},
             StreamMode::eager) == "a+x|a+ < y||n=1;kind=\"a\";rows=[{\"k\":\"1\"}]|||");
}

TEST_CASE("what proves wrong is replaced at the end", "[stream]") {
  CHECK(said(json_adapter(), two, {R"({"a": "x", )", R"("b": "y", "a": "z"})"}, StreamMode::eager) ==
        "a+x|b+y|a=\"z\"|");
  CHECK(said(xml_adapter(), two, {"<a>x</a><b>y</b>", "<a>z</a>"}, StreamMode::eager) == "a+x;b+y||a=\"['x', 'z']\"|");
}

TEST_CASE("what is streamed is what the whole reply is read as", "[stream]") {
  constexpr std::string_view words[] = {"[[ ## a ## ]]",
                                        "[[ ## kind ## ]]",
                                        "[[ ## n ## ]]",
                                        "[[ ## b ## ]]",
                                        "[[ ## rows ## ]]",
                                        "[[ ## x ## ]]",
                                        "**[[ ## a ## ]]**",
                                        "[[## b ##]]",
                                        "[[ ## A ## ]]",
                                        "### ",
                                        "**",
                                        "<think>",
                                        "</think>",
                                        "[[ ## completed ## ]]",
                                        "[[ ##",
                                        " ## ]]",
                                        "\n",
                                        "\n\n",
                                        "\r\n",
                                        "\r",
                                        " ",
                                        "\t",
                                        "\u2028",
                                        "\u0085",
                                        "\u00a0",
                                        "x",
                                        "\u00e9",
                                        "\U0001f600",
                                        "\xff",
                                        "\xe2\x80",
                                        "{a}",
                                        "${b}",
                                        "{",
                                        "}",
                                        "[",
                                        "]",
                                        "a",
                                        "12",
                                        "-1.5",
                                        "null",
                                        "\"",
                                        "\\",
                                        "\\u00e9",
                                        "\\ud83d\\ude00",
                                        "\\n",
                                        "\"a\": \"",
                                        "\"b\": \"",
                                        "\"n\": ",
                                        "\"kind\": \"a\"",
                                        "\"rows\": [{\"k\": 1}]",
                                        "\", ",
                                        ", ",
                                        ": ",
                                        "<a>",
                                        "</a>",
                                        "<b>",
                                        "</b>",
                                        "<n>",
                                        "</n>",
                                        "<kind>",
                                        "</kind>",
                                        "<rows>",
                                        "<item>",
                                        "</item>",
                                        "</rows>",
                                        "&lt;",
                                        "&#233;",
                                        "&",
                                        "<!-- -->",
                                        "<![CDATA[",
                                        "]]>",
                                        "<x/>",
                                        "A:",
                                        "a: ",
                                        "Kind: ",
                                        "N:",
                                        "B:",
                                        "Rows:",
                                        "Q:",
                                        "q: "};
  constexpr std::string_view wholes[][8] = {
      {"[[ ## a ## ]]\n", "\n[[ ## kind ## ]]\nb", "\n[[ ## n ## ]]\n1", "\n\n[[ ## b ## ]]\n",
       "\n[[ ## rows ## ]]\n[]"},
      {"{\"a\": \"", "\", \"kind\": \"b\"", ", \"n\": 1", ", \"b\": \"", "\", \"rows\": []}"},
      {"<a>", "</a>\n<kind>a</kind>", "<n>1</n>", "<b>", "</b><rows/>"},
      {"", "\nKind: a", "\nN: 1", "\nB: ", "\nRows: []"}};
  const Adapter* const adapters[] = {&chat_adapter(), &json_adapter(), &xml_adapter(), &compact_adapter()};
  std::mt19937 random(7);
  const auto below = [&](std::size_t bound) { return random() % bound; };
  std::size_t read = 0;
  for (int run = 0; run < 20000; ++run) {
    const std::size_t which = below(4);
    const bool framed = below(2) == 0;
    std::string reply;
    for (std::size_t part = 0; part < 5; ++part) {
      if (framed) reply += wholes[which][part];
      if (framed && part != 0 && part != 3 && below(4) != 0) continue;
      for (std::size_t n = below(5); n > 0; --n) reply += words[below(std::size(words))];
    }
    const Signature& signature = below(4) == 0 ? single : below(4) == 0 ? two : several;
    const std::vector<std::size_t> sizes{1 + below(3), 1 + below(20), 1 + below(5)};
    read += adapters[which]->parse(signature, reply) ? 1 : 0;
    for (const StreamMode mode : {StreamMode::certain, StreamMode::eager}) {
      for (const Reading reading : {Reading::tolerant, Reading::dspy}) {
        const std::string broken = broken_rule(*adapters[which], signature, reply, sizes, mode, reading);
        INFO(adapters[which]->name() << (mode == StreamMode::eager ? ", eager" : "")
                                     << (reading == Reading::dspy ? ", as DSPy: " : ": ") << reply);
        CHECK(broken == "");
      }
    }
  }
  CHECK(read > 2000);  // else nothing was tested
}
