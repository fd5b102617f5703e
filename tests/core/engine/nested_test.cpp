#include <catch2/catch_all.hpp>
#include <map>
#include <set>
#include <strop/engine/session.hpp>

#include "host.hpp"

using namespace strop;

namespace {

constexpr Usage one_call{.calls = 1, .tokens = 50};

/// A host that runs the program itself. Its program asks three questions at once, two of them the same, then one that
/// needs their answers; `hedges`: it does not wait for a fifth. Whatever can be done next is done in a random order.
struct ProgramHost {
  struct Rollout {
    std::string request;
    int missing = 3;
    std::vector<std::string> answers = std::vector<std::string>(4);
  };
  struct Call {
    std::uint64_t id, rollout;  // rollout 0: nobody waits for it
    std::size_t place;
    std::string request;
  };

  static constexpr const char* first = "self.first['x y']";
  Random order;
  bool hedges = false;
  Usage reserve = one_call;
  std::size_t work = Run::no_bound;
  std::map<std::uint64_t, Rollout> rollouts = {};
  std::vector<Call> calls = {};
  std::size_t performed = 0;
  std::string journal = {};
  std::function<void(const Run&, std::size_t calls)> at_rest = [](auto&, auto) {};

  void deliver(Run& run, std::uint64_t id, std::size_t place, const Outcome<std::string>& answer) {
    const auto found = rollouts.find(id);
    if (found == rollouts.end()) return;  // it has failed already
    Rollout& rollout = found->second;
    if (!answer) {
      rollouts.erase(found);
      REQUIRE(run.fail(id, answer.error(), {}));
      return;
    }
    rollout.answers[place] = answer.value();
    if (place == 3) {
      const std::string value = "[" + rollout.answers[0] + "," + rollout.answers[1] + "," + answer.value() + "]";
      rollouts.erase(found);
      REQUIRE(run.answer(id, value, {}));
    } else if (--rollout.missing == 0) {
      const std::string next = "[" + rollout.request + "," + rollout.answers[0] + "," + rollout.answers[1] + "]";
      if (hedges) {
        const std::string request = "[\"hedge\"," + rollout.request + "]";
        if (const auto call = run.nested(id, first, "lm", request, reserve); call->id)
          calls.push_back({call->id, 0, 0, request});
      }
      const auto call = run.nested(id, "last", "lm", next, reserve);
      if (call->id)
        calls.push_back({call->id, id, 3, next});
      else
        deliver(run, id, 3, *call->answer);
    }
  }

  void begin(Run& run, const Run::Effect& effect) {
    rollouts.emplace(effect.id, Rollout{effect.request});
    std::vector<std::size_t> places{0, 1, 2};
    order.shuffle(places);
    std::vector<std::pair<std::size_t, Outcome<std::string>>>
        known;  // delivered when all have been asked for, as promises are
    for (const auto place : places) {
      const std::string request = "[" + effect.request + "," + std::to_string(place % 2) + "]";
      const auto call = run.nested(effect.id, first, "lm", request, reserve);
      REQUIRE(call);
      if (call->id)
        calls.push_back({call->id, effect.id, place, request});
      else
        known.emplace_back(place, *call->answer);
    }
    run.work(0);  // a session says what is known at the end of its step
    for (const auto& [place, answer] : known) deliver(run, effect.id, place, answer);
  }

  /// The model: a pure function of the request.
  static Host::Reply reply(const std::string& request) {
    const auto h = hash(request);
    const Usage cost{.calls = 1, .tokens = static_cast<std::int64_t>(h % 50)};
    if (h % 23 == 0) return {Error(Fault::transient, "no connection"), cost};
    return {std::to_string(h % 1000), cost};
  }

  void answer_one(Run& run) {
    const auto k = order.below(calls.size());
    const Call call = calls[k];
    calls.erase(calls.begin() + static_cast<std::ptrdiff_t>(k));
    ++performed;
    const auto [answer, cost] = reply(call.request);
    if (answer)
      REQUIRE(run.answer(call.id, answer.value(), cost));
    else
      REQUIRE(run.fail(call.id, answer.error(), cost));
    if (call.rollout) deliver(run, call.rollout, call.place, answer);
  }

  void drain(Run& run) {
    while (run.work(work)) {
    }
    for (auto effects = run.take(); !effects.empty(); effects = run.take()) {
      for (auto& effect : effects) begin(run, effect);
      while (run.work(work)) {  // a rollout may have been answered by the journal alone
      }
    }
    journal += run.take_journal();
    at_rest(run, calls.size());
  }

  /// Until the run has ended and no call is open, or until this number of answers.
  void drive(Run& run, std::size_t answers = SIZE_MAX) {
    for (drain(run); answers > 0 && !calls.empty(); --answers) answer_one(run), drain(run);
  }
};

Task<Json> rollout(int i, std::int64_t tokens) {
  co_return read(co_await ask("rollout", std::to_string(i), {.runs = 1, .calls = 5, .tokens = tokens}));
}

Task<Json> evaluation(int n, std::int64_t tokens = 250) {
  Json log = Json::array();
  for (int round = 0; round < 2; ++round) {
    const auto outcomes =
        co_await each(up_to(n), {.name = "row", .limit = 3, .reserve = {.runs = 1, .calls = 5, .tokens = tokens}},
                      [n, round, tokens](int i) { return rollout(round * n + i, tokens); });
    for (const auto& outcome : outcomes) log.push_back(outcome ? outcome.value() : Json(name(outcome.error().fault)));
    const Cost left = (co_await this_scope()).left();
    log.push_back({left.calls, left.tokens});
  }
  co_return log;
}

Run::Options with(std::string_view journal, std::int64_t calls = Purse::unlimited) {
  return {.budget = {Purse::unlimited, calls, Purse::unlimited, Purse::unlimited}, .journal = Journal(journal)};
}

}  // namespace

TEST_CASE("a host's calls below an effect: known by content, paid from its reserve, counted once") {
  const auto root = []() -> Task<Json> {
    co_await ask("rollout", "0", {.runs = 1, .calls = 3});
    co_return (co_await this_scope()).left().calls;
  };
  Run run(with("", 10));
  run.start(root());
  run.work();
  CHECK_FALSE(run.nested(1, "p", "lm", "1", one_call));  // not handed out yet
  const auto id = run.take().at(0).id;
  CHECK_FALSE(run.nested(99, "p", "lm", "1", one_call));
  const auto a = run.nested(id, "p", "lm", "1", one_call), same = run.nested(id, "p", "lm", "1", one_call),
             other =
                 run.nested(id, "a b/c", "lm", "1", {.calls = 1, .tokens = 1'000'000});  // tokens have no limit here
  REQUIRE((a && same && other));
  CHECK((a->id && same->id && other->id));
  CHECK_FALSE(run.nested(a->id, "p", "lm", "1", one_call));  // calls have no calls
  const auto refused = run.nested(id, "p", "lm", "2", one_call);
  REQUIRE(refused->answer);
  CHECK(refused->answer->error().fault == Fault::exhausted);
  CHECK_THAT(refused->answer->error().what(), Catch::Matchers::StartsWith("run/rollout[0]/p@"));
  CHECK(run.take().empty());
  CHECK(run.open() == 4);

  CHECK(run.answer(same->id, "2", {.calls = 1, .tokens = 7}));
  CHECK(run.fail(a->id, Error(Fault::parse, "what?"), {.calls = 1, .tokens = 5}));
  CHECK_FALSE(run.answer(a->id, "2", {}));
  CHECK(run.nested(id, "p", "lm", "3", one_call)->answer);  // what was reserved is not put back
  CHECK(run.answer(id, "true", {}));
  run.work();
  CHECK_FALSE(run.result());  // waits for the third call
  CHECK_FALSE(run.answer(id, "false", {}));
  CHECK_FALSE(run.nested(id, "p", "lm", "1", one_call));
  CHECK(run.answer(other->id, "3", {.calls = 1, .tokens = 2}));
  run.work();
  CHECK(run.result() == Json(7));
  CHECK(run.spent() == Cost{.runs = 1, .calls = 3, .tokens = 14});

  const std::string h = "1257b1191db5dc39";
  const auto lines = run.take_journal();
  CHECK(
      lines.substr(lines.find('\n') + 1) ==
      R"({"path":"run/rollout[0]/p@)" + h + R"([1]","request":")" + h +
          R"(","cost":{"calls":1,"tokens":7},"value":2})"
          "\n"
          R"({"path":"run/rollout[0]/p@)" +
          h + R"([0]","request":")" + h +
          R"(","cost":{"calls":1,"tokens":5},"error":{"kind":"parse","message":"what?"}})"
          "\n"
          R"({"path":"run/rollout[0]/a b/c@)" +
          h + R"([0]","request":")" + h +
          R"(","cost":{"calls":1,"tokens":2},"value":3})"
          "\n"
          R"({"path":"run/rollout[0]","request":"ffabdd64d8ccda76","cost":{"runs":1,"calls":3,"tokens":14},"value":true})"
          "\n");

  Run again(with(lines, 10));
  again.start(root());
  again.work();
  CHECK(again.result() == run.result());
  CHECK(again.spent() == run.spent());
  CHECK(again.unused() == 0);
}

TEST_CASE("a rollout resumed half way is given the answers it has had, in whatever order it asks") {
  const auto root = []() -> Task<Json> { co_return read(co_await ask("rollout", "0", {.calls = 3})); };
  Run run(with("", 10));
  run.start(root());
  run.work();
  const auto id = run.take().at(0).id;
  for (const char* request : {"1", "2", "1"})
    if (const auto call = run.nested(id, "p", "lm", request, one_call); request[0] == '1')
      run.answer(call->id, request, one_call);
  Run again(with(run.take_journal(), 10));
  again.start(root());
  again.work();
  const auto now = again.take().at(0).id;
  CHECK(again.nested(now, "p", "lm", "1", one_call)->answer->value() == "1");
  const auto open = again.nested(now, "p", "lm", "2", one_call);
  REQUIRE(open->id);
  CHECK(again.unused() == 1);
  CHECK(again.nested(now, "p", "lm", "1", one_call)->answer->value() == "1");
  CHECK(again.nested(now, "p", "lm", "1", one_call)->answer->error().fault ==
        Fault::exhausted);  // four are more than three
  CHECK(again.spent() == Cost{.calls = 2, .tokens = 100});
  again.answer(open->id, "2", {.calls = 1});
  again.answer(now, "9", {});
  again.work();
  CHECK(again.result() == Json(9));
  CHECK(again.spent() == Cost{.calls = 3, .tokens = 100});
  CHECK(again.unused() == 0);
}

TEST_CASE("what a rollout is answered because the run has ended is not history") {
  const auto root = []() -> Task<Json> { co_return read(co_await ask("rollout", "0", {.calls = 3})); };
  const int how = GENERATE(0, 1, 2, 3);
  Run run(with("", 10));
  run.start(root());
  run.work();
  const auto id = run.take().at(0).id;
  const auto call = run.nested(id, "p", "lm", "1", one_call), paid = run.nested(id, "p", "lm", "2", one_call);
  if (how == 0) {  // a call is refused
    run.stop("by hand");
    CHECK(run.nested(id, "p", "lm", "3", one_call)->answer->error().fault == Fault::fatal);
  } else if (how == 1) {  // a call ends the run
    CHECK(run.fail(call->id, Error(Fault::fatal, "the key is not valid"), {}));
  } else if (how == 2) {  // a call is aborted
    run.stop("by hand");
    CHECK(run.fail(call->id, Error(Fault::transient, "aborted"), {}));
  } else {  // the rollout itself
    run.stop("by hand");
    CHECK(run.fail(id, Error(Fault::transient, "aborted"), {}));
  }
  run.work();
  CHECK(run.answer(paid->id, "2", {.calls = 1}));
  if (how < 3) CHECK(run.answer(id, "\"made up\"", {}));
  Run again(with(run.take_journal(), 10));
  again.start(root());
  again.work();
  const auto now = again.take().at(0).id;
  CHECK(again.nested(now, "p", "lm", "1", one_call)->id);
  CHECK(again.nested(now, "p", "lm", "2", one_call)->answer->value() == "2");
}

TEST_CASE("under any order of a rollout's calls a run with a budget ends the same, within it") {
  for (std::int64_t calls = 0; calls <= 90; calls += 6) {
    Json expected;
    for (std::uint64_t seed = 0; seed < 25; ++seed) {
      Run run(with("", calls == 90 ? Purse::unlimited : calls));
      ProgramHost host{Random(seed, "order")};
      host.work = seed % 2 ? 1 + seed % 5 : Run::no_bound;
      if (calls < 90)
        host.at_rest = [&](const Run& now, std::size_t open) {
          CHECK(now.spent().calls + static_cast<std::int64_t>(open) <= calls);
        };
      run.start(evaluation(7));
      host.drive(run);
      REQUIRE(run.state() == Run::State::done);
      CHECK(run.spent().calls == static_cast<std::int64_t>(host.performed));
      const Json seen = {*run.result(), sorted_lines(host.journal), run.spent().calls, run.spent().tokens};
      if (seed == 0) expected = seen;
      REQUIRE(seen == expected);
    }
  }
}

TEST_CASE("no call begins when what was reserved is spent; what is on the way may overspend") {
  constexpr Usage unknown{.calls = 1};  // nobody knows how many tokens it takes
  const auto root = []() -> Task<Json> {
    const auto outcomes = co_await each(up_to(1), {.name = "row", .reserve = {.runs = 1, .calls = 5, .tokens = 100}},
                                        [](int i) { return rollout(i, 100); });
    const Cost left = (co_await this_scope()).left();
    co_return Json{outcomes[0] ? outcomes[0].value() : Json(name(outcomes[0].error().fault)), left.calls, left.tokens};
  };
  const auto with_tokens = [](std::string_view journal, std::int64_t tokens) {
    return Run::Options{.budget = {Purse::unlimited, 20, tokens, Purse::unlimited}, .journal = Journal(journal)};
  };
  Run run(with_tokens("", 1000));
  run.start(root());
  run.work();
  const auto id = run.take().at(0).id;
  const auto a = run.nested(id, "p", "lm", "1", unknown), b = run.nested(id, "p", "lm", "2", unknown);
  CHECK(run.answer(a->id, "1", {.calls = 1, .tokens = 99}));
  const auto c = run.nested(id, "p", "lm", "3", unknown);  // 99 of 100
  REQUIRE(c->id);
  CHECK(run.answer(b->id, "2", {.calls = 1, .tokens = 1}));
  const auto refused = run.nested(id, "p", "lm", "4", unknown);
  REQUIRE(refused->answer);
  CHECK(refused->answer->error().fault == Fault::exhausted);
  CHECK_THAT(refused->answer->error().what(),
             Catch::Matchers::EndsWith("not issued, what was reserved for run/row[0]/rollout[0] is spent"));
  CHECK(run.answer(c->id, "3", {.calls = 1, .tokens = 150}));
  CHECK(run.fail(id, refused->answer->error(), {}));
  run.work();
  CHECK(run.result() == Json{"exhausted", 17, 750});
  CHECK(run.spent() == Cost{.runs = 1, .calls = 3, .tokens = 250});

  // That the budget did not reach is not history: with the same one it is found again, without a limit it is not.
  const std::string journal = run.take_journal();
  for (const auto tokens : {std::int64_t{1000}, Purse::unlimited}) {
    Run again(with_tokens(journal, tokens));
    again.start(root());
    again.work();
    const auto now = again.take().at(0).id;
    for (const char* request : {"1", "2", "3"}) CHECK(again.nested(now, "p", "lm", request, unknown)->answer);
    again.work();
    const auto call = again.nested(now, "p", "lm", "4", unknown);
    CHECK((call->id == 0) == (tokens == 1000));
    if (call->id) {
      CHECK(again.answer(call->id, "4", {.calls = 1, .tokens = 50}));
      CHECK(again.answer(now, "5", {}));
    } else {
      CHECK(again.fail(now, call->answer->error(), {}));
    }
    again.work();
    CHECK(again.result() == (tokens == 1000 ? *run.result() : Json{5, 16, tokens}));
    CHECK(again.spent() == (tokens == 1000 ? run.spent() : Cost{.runs = 1, .calls = 4, .tokens = 300}));
    CHECK(again.unused() == 0);
  }
}

TEST_CASE("under any order of calls that reserve no tokens a run refuses the same ones, and again when resumed") {
  std::ptrdiff_t refused = 0, answered = 0;
  for (const std::int64_t tokens : {30, 60, 80, 120}) {
    const auto limited = [](std::string_view journal) {
      return Run::Options{.budget = {Purse::unlimited, Purse::unlimited, 1500, Purse::unlimited},
                          .journal = Journal(journal)};
    };
    Json expected;
    std::string journal;
    for (std::uint64_t seed = 0; seed < 25; ++seed) {
      Run run(limited(""));
      ProgramHost host{Random(seed, "order"), false, {.calls = 1}};
      run.start(evaluation(7, tokens));
      host.drive(run);
      REQUIRE(run.state() == Run::State::done);
      const Json seen = {*run.result(), sorted_lines(host.journal), run.spent().runs, run.spent().tokens};
      if (seed == 0) {
        expected = seen, journal = host.journal;
        for (const auto& one : *run.result()) one == "exhausted" ? ++refused : ++answered;
      }
      REQUIRE(seen == expected);
    }
    const auto ends = line_ends(journal);
    for (std::size_t k = 0; k < ends.size(); ++k) {
      Run run(limited(std::string_view(journal).substr(0, ends[k])));
      ProgramHost host{Random(100 + k, "order"), false, {.calls = 1}};
      host.journal = journal.substr(0, ends[k]);
      run.start(evaluation(7, tokens));
      host.drive(run);
      REQUIRE(Json{*run.result(), sorted_lines(host.journal), run.spent().runs, run.spent().tokens} == expected);
      REQUIRE(run.unused() == 0);
    }
  }
  CHECK(refused > 10);
  CHECK(answered > 10);
}

TEST_CASE("killed at any point and resumed, a run whose rollouts make calls repeats none") {
  const bool hedges = GENERATE(false, true);
  ProgramHost whole{Random(1, "order"), hedges};
  Run undisturbed(with(""));
  undisturbed.start(evaluation(4));
  whole.drive(undisturbed);
  REQUIRE(undisturbed.state() == Run::State::done);
  const auto ends = line_ends(whole.journal);
  for (std::size_t k = 0; k < ends.size(); ++k) {
    Run run(with(std::string_view(whole.journal).substr(0, ends[k] + 20)));  // and a torn line
    ProgramHost host{Random(100 + k, "order"), hedges};
    host.journal = whole.journal.substr(0, ends[k]);
    const auto had = sorted_lines(host.journal);
    run.start(evaluation(4));
    host.drive(run);
    REQUIRE(run.result() == undisturbed.result());
    REQUIRE(run.unused() == 0);
    std::set<std::string> paths;
    for (const auto& line : sorted_lines(host.journal)) REQUIRE(paths.insert(read(line)["path"]).second);  // none twice
    REQUIRE(sorted_lines(host.journal) == sorted_lines(whole.journal));
    REQUIRE(run.spent() == undisturbed.spent());
    const auto calls = [](const std::vector<std::string>& lines) {
      return std::count_if(lines.begin(), lines.end(), [](auto& line) { return line.find('@') != line.npos; });
    };
    REQUIRE(static_cast<std::ptrdiff_t>(host.performed) == calls(sorted_lines(whole.journal)) - calls(had));
  }
}

TEST_CASE("a session takes in calls of the host") {
  Session session(with("", 10), []() -> Task<Json> { co_return read(co_await ask("rollout", "0", {.calls = 2})); }());
  CHECK_THAT(session.step("t 5\n").value(), Catch::Matchers::EndsWith("e 1 rollout run/rollout[0] 0\n"));
  const auto out = session.step(
      "n 1 1 0 0 lm \"a\\\"b\" {\"m\":1}\n"
      "n 2 1 0 0 lm \"p\" 1\n"
      "a 2 1 0 0 [1]\n"
      "n 1 2 0 0 lm \"p\" 2\n"
      "n 9 2 0 0 lm \"p\" 2\n");
  const std::string h = "89780685b5f42320";
  CHECK(out.value() ==
        "state running\nk o 2\nu 2\nk f {\"kind\":\"exhausted\",\"message\":\"run/rollout[0]/p@1257ae191db5d720: not "
        "issued, what was reserved for "
        "run/rollout[0] does not cover it\"}\nu 9\n"
        "j {\"path\":\"run/rollout[0]/a\\\"b@" +
            h + "[0]\",\"request\":\"" + h + "\",\"cost\":{\"calls\":1},\"value\":[1]}\n");
  const std::string lines = journal_line("run", request_hash("run", "0 "), std::string("null"), {}) +
                            "{\"path\":\"run/rollout[0]/a\\\"b@" + h + "[0]\",\"request\":\"" + h +
                            "\",\"value\":[1]}\n";
  Session again(with(lines), []() -> Task<Json> { co_return read(co_await ask("rollout", "0", {.calls = 2})); }());
  CHECK(again.step("").value() == "state running\ne 1 rollout run/rollout[0] 0\n");
  CHECK(again.step("n 1 1 0 0 lm \"a\\\"b\" {\"m\":1}\n").value() == "state running\nk a [1]\n");
}
