#include <catch2/catch_all.hpp>
#include <strop/engine/session.hpp>

#include "host.hpp"

using namespace strop;

TEST_CASE("a session speaks lines") {
  Session session({}, []() -> Task<Json> {
    Scope& here = co_await this_scope();
    std::string a = co_await ask("lm", R"({"prompt":"é"})");
    try {
      co_await ask("metric", "1");
    } catch (const Error& error) {
      here.offer("p", 0.5);
      co_return Json{a, name(error.fault), error.what()};
    }
    co_return nullptr;
  }());
  CHECK(session.step("").value() ==
        "state running\n"
        "j {\"path\":\"run\",\"request\":\"7a58ea6a33c9e1ea\",\"value\":null}\n"
        "e 1 lm run/lm[0] {\"prompt\":\"é\"}\n");
  CHECK(session.step("a 7 0 0 0 1\n").value() == "state running\nu 7\n");
  CHECK(session.step("p 1 \"1\\n\"\na 1 1 20 0 [ 12, \"x\"]").value() ==
        "state running\n"
        "j {\"path\":\"run/lm[0]\",\"request\":\"f3124cac83f2ec18\",\"cost\":{\"calls\":1,\"tokens\":20},\"value\":[ "
        "12, \"x\"]}\n"
        "e 2 metric run/metric[0] 1\n");
  const auto last = session.step("f 2 0 0 0 {\"message\":\"oh\\u0021\", \"kind\":\"program\"}\n").value();
  CHECK(last ==
        "state done\n"
        "j "
        "{\"path\":\"run/"
        "metric[0]\",\"request\":\"164c71a4b54e00b0\",\"error\":{\"kind\":\"program\",\"message\":\"oh!\"}}\n"
        "v {\"event\":\"offer\",\"program\":\"p\",\"score\":0.5,\"at\":\"run\",\"best\":true}\n");
  CHECK(
      session.result().value() ==
      R"({"state":"done","reason":"","code":"","result":["[ 12, \"x\"]","program","oh!"],"best":{"program":"p","score":0.5},)"
      R"("spent":{"runs":0,"calls":1,"tokens":20,"nanousd":0},"unused":0,"open":0})");
}

TEST_CASE("a malformed line is named, and nothing of its step is done") {
  Session session({}, []() -> Task<Json> { co_return read(co_await ask("lm", "1")); }());
  CHECK_THAT(session.step("t 1").value(), Catch::Matchers::EndsWith("e 1 lm run/lm[0] 1\n"));
  for (const char* bad : {"",
                          "x",
                          "a",
                          "a ",
                          "a 1",
                          "a 1 0 0 0",
                          "a 1 0 0 0 ",
                          "a 1 0 0 2",
                          "a -1 0 0 0 2",
                          "a 1 0 0 0 2 ",
                          "a 1 0 0 0 {",
                          "a  1 0 0 0 2",
                          "a 1 0 0 9007199254740993 2",
                          "a 1 0 0.5 0 2",
                          "a 1 0 0 0 2\r",
                          "a 1 0 0 0 \"\xFF\"",
                          "A 1 0 0 0 2",
                          "ab 1 0 0 0 2",
                          "f 1 0 0 0 2",
                          "f 1 0 0 0 {\"kind\":\"parse\"}",
                          "f 1 0 0 0 {\"kind\":\"\",\"message\":\"\"}",
                          "f 1 0 0 0 {\"message\":\"\"}",
                          "f 1 0 0 0 {\"kind\":\"parse\",\"message\":\"\xC0\x80\"}",
                          "p 1",
                          "p 1 x",
                          "p 1 \"x",
                          "t",
                          "t x",
                          "t 1 1",
                          "s",
                          "s why",
                          "s \"a\" ",
                          "n 1 0 0 0 lm p 1",
                          "n 1 0 0 0 lm \"p\"",
                          "n 1 0 0 0 lm \"p\" ",
                          "n 1 0 0 0 lm \"p\" [",
                          "n 1 0 0 0  \"p\" 1",
                          "n 1 0 0 lm \"p\" 1"}) {
    const auto reply = session.step(std::string("s \"stop\"\na 1 0 0 0 7\n") + bad + "\nt 3\n");
    INFO(bad);
    REQUIRE_FALSE(reply);
    CHECK(reply.error().code == "bad_line");
    CHECK_THAT(reply.error().message, Catch::Matchers::StartsWith("line 3 of the step: "));
  }
  CHECK(session.step("a 1 0 0 0 [1,]").error().message ==
        "line 1 of the step: the answer is not one line of JSON, at byte 3: expected a JSON value. Nothing of the step "
        "was done.");
  CHECK(session.step("a 1 0 0 0x [1]").error().message ==
        "line 1 of the step: byte 9: expected ' '. Nothing of the step was done.");
  CHECK(session.run().state() == Run::State::running);
  CHECK(session.run().open() == 1);
  CHECK_THAT(session.step("a 1 0 0 0 7\n").value(), Catch::Matchers::StartsWith("state done\n"));
}

TEST_CASE("lines of noise do not disturb a session") {
  Random random(1, "noise");
  Session session({}, []() -> Task<Json> {
    co_await each(up_to(5), {}, [](int i) -> Task<int> {
      co_return static_cast<int>((co_await ask("lm", std::to_string(i))).size());
    });
    co_return 1;
  }());
  session.step("t 3").value();
  constexpr std::string_view alphabet = "afpntsk 0123456789\n\"\\{}[]:,.-eu\xC3\xA9\t";
  for (int round = 0; round < 20'000; ++round) {
    std::string lines = random.below(2) ? "n 1 0 0 0 lm \"p\" 1" : "a 9 1 0 0 {\"text\":\"x\"}";
    for (auto n = random.below(12); n > 0; --n) {
      const auto at = random.below(lines.size() + 1);
      if (random.below(3) && at < lines.size())
        lines.erase(at, 1);
      else
        lines.insert(at, 1, alphabet[random.below(alphabet.size())]);
    }
    if (const auto reply = session.step(lines))
      REQUIRE(reply->starts_with("state "));
    else
      REQUIRE(reply.error().code == "bad_line");
  }
}

TEST_CASE("a long replay is divided into steps") {
  const auto root = []() -> Task<Json> {
    for (int i = 0; i < 1000; ++i) co_await ask("lm", std::to_string(i));
    const auto outcomes = co_await each(
        up_to(100), {}, [](int i) -> Task<int> { co_return std::stoi(co_await ask("lm", std::to_string(i))); });
    co_return outcomes.size();
  };
  Host host(echo_lm, 1);
  {
    Run run({});
    run.start(root());
    host.drive(run);
  }
  Session session({.journal = Journal(host.journal)}, root(), 100);
  int steps = 1;
  for (; session.step("").value() == "state running\nmore\n"; ++steps) {
  }
  CHECK(steps > 10);
  CHECK(steps < 20);
  CHECK(session.run().result() == Json(100));
  CHECK(session.run().unused() == 0);
}

TEST_CASE("a session stops, keeps its best and takes in what was under way") {
  const auto root = []() -> Task<Json> {
    Scope& here = co_await this_scope();
    here.offer({{"demos", 1}}, 0.25);
    co_await each(up_to(3), {}, [](int i) -> Task<> { co_await ask("lm", std::to_string(i)); });
    co_return nullptr;
  };
  Session session({}, root());
  const auto out = session.step("t 2\n").value();
  CHECK_THAT(out, Catch::Matchers::ContainsSubstring("e 1 lm run/each[0]/lm[0] 0\ne 2 lm run/each[1]/lm[0] 1\n"));
  CHECK(session.step("s \"enough \\u2713\"").value() == "state stopped\n");
  const auto result = read(session.result().value());
  CHECK(result["reason"] == "enough ✓");
  CHECK(result["best"] == Json{{"program", {{"demos", 1}}}, {"score", 0.25}});
  CHECK(result["open"] == 2);
  CHECK_THAT(session.step("a 2 1 0 0 5\na 3 1 0 0 5\n").value(),
             Catch::Matchers::StartsWith("state stopped\nu 3\nj {\"path\":\"run/each[1]/lm[0]\""));
}
