#include <catch2/catch_all.hpp>

#include "host.hpp"

using namespace strop;

namespace {

const std::string line =
    journal_line("run/lm[0]", 0x0123456789abcdef, std::string(R"({"a":"b\n"})"), {.calls = 1, .nanousd = 1LL << 53});

std::string refusal(const std::string& lines) {
  try {
    Journal journal(lines);
  } catch (const Error& error) {
    CHECK(error.fault == Fault::fatal);
    CHECK(error.code == std::string_view("journal_corrupt"));
    return error.what();
  }
  return "";
}

std::string refusal_of_value(const std::string& text) {
  try {
    JsonLine json(text);
  } catch (const Error& error) {
    CHECK(error.fault == Fault::fatal);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a record is a line, the same everywhere, and is read back") {
  CHECK(line ==
        "{\"path\":\"run/"
        "lm[0]\",\"request\":\"0123456789abcdef\",\"cost\":{\"calls\":1,\"nanousd\":9007199254740992},\"value\":{\"a\":"
        "\"b\\n\"}}\n");
  const auto record = Journal(line).take("run/lm[0]");
  REQUIRE(record);
  CHECK(record->request == 0x0123456789abcdef);
  CHECK(record->answer.value() == R"({"a":"b\n"})");
  CHECK(record->cost == Cost{.calls = 1, .nanousd = 1LL << 53});
  CHECK_FALSE(Journal(line).take("run/lm[1]"));

  const std::string name = "p/a \"quoted\"\n\x01 é \xF0\x9F\x99\x82";
  const auto failed = journal_line(name, 1, Error(Fault::program, "oh\t\xFF"), {});
  CHECK(failed ==
        "{\"path\":\"p/a \\\"quoted\\\"\\n\\u0001 é "
        "\xF0\x9F\x99\x82\",\"request\":\"0000000000000001\",\"error\":{\"kind\":\"program\",\"message\":"
        "\"oh\\t\xEF\xBF\xBD\"}}\n");
  const auto error = Journal(failed).take(name);
  REQUIRE(error);
  CHECK(error->answer.error().fault == Fault::program);
  CHECK(error->answer.error().what() == std::string("oh\t\xEF\xBF\xBD"));
}

TEST_CASE("of two records with one path the first counts; what is below an answered path is dropped with it") {
  const auto record = [](const char* path, const char* value) { return journal_line(path, 1, std::string(value), {}); };
  Journal journal(record("r/a[1]", "1") + record("r/a[1]/p@0[0]", "2") + record("r/a[1]", "3") +
                  record("r/a[10]", "4") + record("r/a[1]/q/r@0[0]", "5") + record("r/a[2]/p@0[0]", "6"));
  CHECK(journal.size() == 5);
  CHECK(journal.take("r/a[1]")->answer.value() == "1");
  journal.drop_below("r/a[1]");
  CHECK(journal.size() == 2);
  CHECK(journal.take("r/a[10]"));
  CHECK(journal.take("r/a[2]/p@0[0]"));
}

TEST_CASE("a journal's last line may be torn") {
  for (std::size_t cut = 0; cut <= line.size(); ++cut) {
    Journal journal(line + line.substr(0, cut));
    CHECK(journal.size() == 1);
    CHECK(journal.valid_bytes() == (cut < line.size() ? line.size() : 2 * line.size()));
  }
}

TEST_CASE("a line that is no record is refused, by line and byte, with what to do") {
  CHECK(
      refusal(line + "what\n" + line) ==
      "journal, line 2 (byte " + std::to_string(line.size()) +
          "): expected '{\"path\":'. Cut the file before this line to go on from there, or begin with a new journal.");
  const std::string head = R"({"path":"x","request":"0123456789abcdef",)";
  CHECK_THAT(refusal(head + "\"value\":[1,]}\n"),
             Catch::Matchers::StartsWith("journal, line 1 (byte 52): expected a JSON value"));
  CHECK(refusal(head + "\"value\":1}\n").empty());
  for (const char* rest : {"\"value\":1} \n",
                           "\"value\":1}{\n",
                           "\"value\":}\n",
                           "\"value\":1\n",
                           "\"Value\":1}\n",
                           "\"value\":\"\t\"}\n",
                           "\"value\":1}\r\n",
                           "\"value\":nan}\n",
                           "\"value\":01}\n",
                           "\"value\":1.}\n",
                           "\"value\":-}\n",
                           "\"value\":1e}\n",
                           "\"value\":\"\\x\"}\n",
                           "\"value\":\"\\u12g4\"}\n",
                           "\"value\":[1}\n",
                           "\"value\":{\"a\"}\n",
                           "\"value\":{\"a\":1,}\n",
                           "\"value\":{1:1}\n",
                           "\"value\":tru}\n",
                           "\"cost\":{\"calls\":-1},\"value\":1}\n",
                           "\"cost\":{\"calls\":1.5},\"value\":1}\n",
                           "\"cost\":{\"calls\":9007199254740993},\"value\":1}\n",
                           "\"cost\":{\"calls\":99999999999999999999999999},\"value\":1}\n",
                           "\"cost\":{\"tokens\":1,\"calls\":1},\"value\":1}\n",
                           "\"cost\":{\"cents\":1},\"value\":1}\n",
                           "\"cost\":{,\"value\":1}\n",
                           "\"error\":{\"kind\":\"odd\",\"message\":\"\"}}\n",
                           "\"error\":{\"kind\":\"parse\"}}\n",
                           "\"error\":{\"kind\":\"parse\",\"message\":1}}\n",
                           "\"error\":null}\n",
                           "\"error\":1}\n"})
    CHECK_THAT(rest + refusal(head + rest), Catch::Matchers::ContainsSubstring("journal, line 1"));
  for (const char* other : {"\n", "{}\n", "{\"path\":1}\n", "{\"path\":\"x\",\"request\":\"0123\",\"value\":1}\n",
                            "{\"path\":\"x\",\"request\":\"012345678gabcdef\",\"value\":1}\n"})
    CHECK_THAT(refusal(other), Catch::Matchers::StartsWith("journal, line 1"));
}

TEST_CASE("text that comes in is one line of JSON, within bounds") {
  for (const char* good :
       {"0", "-1.5e+10", "\"\"", "[]", "{}", " [ 1 , {\"a\" : [ ] , \"b\":null}\t]", "true", "\"\\ud800 \\\" \\/ é\""})
    CHECK(refusal_of_value(good) == "");
  CHECK(refusal_of_value("[1,\n2]") == "not one line of JSON, at byte 3: expected a JSON value");
  CHECK(refusal_of_value("") == "not one line of JSON, at byte 0: expected a JSON value, found the end");
  CHECK(refusal_of_value("\"a\nb\"") == "not one line of JSON, at byte 2: expected no control character in a string");
  CHECK(refusal_of_value("\"é\xFF\"") == "not one line of JSON, at byte 3: not UTF-8");
  CHECK(refusal_of_value("1 2") == "not one line of JSON, at byte 1: expected the end of the line");
  for (const char* bad : {"\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\xE2\x82\"", "nul", "[1 2]",
                          "{\"a\":1 \"b\":2}", "[", "{", "\"", "\"\\", "\"\\u", "NaN", "+1", ".5", "]"})
    CHECK_THAT(bad + refusal_of_value(bad), Catch::Matchers::ContainsSubstring("not one line of JSON"));

  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(refusal_of_value(nested(JsonLine::max_depth)).empty());
  CHECK_THAT(refusal_of_value(nested(JsonLine::max_depth + 1)), Catch::Matchers::EndsWith("nested too deep"));
  CHECK_THAT(refusal_of_value(nested(5'000'000)), Catch::Matchers::EndsWith("nested too deep"));
  CHECK_THAT(refusal_of_value(std::string(JsonLine::max_bytes + 1, ' ')),
             Catch::Matchers::ContainsSubstring("longer than"));

  const std::string large = '"' + std::string(10'000'000, 'x') + '"';
  CHECK(Journal(journal_line("run/lm[0]", 1, large, {})).take("run/lm[0]")->answer.value() == large);
}

TEST_CASE("a damaged journal is refused or read, and never believed where it is damaged") {
  Run run({});
  Host host(echo_lm, 1);
  run.start([]() -> Task<Json> {
    for (int i = 0; i < 6; ++i)
      co_await ask("lm", "[" + std::to_string(i) + ",\"é\",{\"k\":[null,true,-1.5e3]}]", {.calls = 1});
    co_return 1;
  }());
  host.drive(run);
  const std::string whole = host.journal;
  Random random(1, "damage");
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = whole;
    for (auto n = 1 + random.below(3); n > 0 && !damaged.empty(); --n) {
      const auto at = random.below(damaged.size()),
                 length = random.below(1 + std::min<std::uint64_t>(40, damaged.size() - at));
      switch (random.below(4)) {
        case 0:
          damaged[at] = static_cast<char>(random.next());
          break;
        case 1:
          damaged.erase(at, length);
          break;
        case 2:
          damaged.insert(at, damaged.substr(random.below(damaged.size()), length));
          break;
        default:
          damaged.resize(at);
      }
    }
    try {
      Journal journal(damaged);
      REQUIRE(journal.valid_bytes() <= damaged.size());
      for (int i = 0; i < 6; ++i) {
        if (const auto record = journal.take("run/lm[" + std::to_string(i) + "]"); record && record->answer) {
          REQUIRE(parse_json(record->answer.value()));
          REQUIRE(record->answer.value().find('\n') == std::string::npos);
        }
      }
    } catch (const Error& error) {
      REQUIRE(error.fault == Fault::fatal);
      ++refused;
    }
  }
  CHECK(refused > 5'000);
  CHECK(refused < 20'000);
}
