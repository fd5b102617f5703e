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
  CHECK(session.step("a 7 0 0 0 0 1\n").value() == "state running\nu 7\n");
  CHECK(session.step("p 1 \"1\\n\"\na 1 0 1 20 0 [ 12, \"x\"]").value() ==
        "state running\n"
        "j {\"path\":\"run/lm[0]\",\"request\":\"f3124cac83f2ec18\",\"cost\":{\"calls\":1,\"tokens\":20},\"value\":[ "
        "12, \"x\"]}\n"
        "e 2 metric run/metric[0] 1\n");
  const auto last = session.step("f 2 0 0 0 0 {\"message\":\"oh\\u0021\", \"kind\":\"program\"}\n").value();
  CHECK(last ==
        "state done\n"
        "j "
        "{\"path\":\"run/"
        "metric[0]\",\"request\":\"164c71a4b54e00b0\",\"error\":{\"kind\":\"program\",\"message\":\"oh!\"}}\n"
        "v {\"event\":\"offer\",\"program\":\"p\",\"score\":0.5,\"at\":\"run\",\"best\":true}\n");
  CHECK(session.result().value() ==
        R"({"state":"done","reason":"","result":["[ 12, \"x\"]","program","oh!"],"best":{"program":"p","score":0.5},)"
        R"("spent":{"runs":0,"calls":1,"tokens":20,"nanousd":0},"unused":0,"open":0})");
}
