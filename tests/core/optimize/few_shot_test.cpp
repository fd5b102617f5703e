#include <catch2/catch_all.hpp>

#include "scripted.hpp"

using namespace strop;

namespace {

/// {question: "q<i>", answer: "a<i>"}
Json rows(int count, const std::string& prefix = "q") {
  Json rows = Json::array();
  for (int i = 0; i < count; ++i)
    rows.push_back({{"question", prefix + std::to_string(i)}, {"answer", "a" + std::to_string(i)}});
  return rows;
}

const Json one = {{"module", "Predict"}, {"signature", "question -> answer"}};
const Json two = {{"modules",
                   {{"gen", {{"type", "Predict"}, {"signature", "question -> query"}}},
                    {"qa", {{"type", "Predict"}, {"signature", "question, query -> answer"}}}}}};

Json spec(const Json& program, Json optimizer, int train = 12, int val = 4) {
  return {{"task", "optimize"},
          {"optimizer", std::move(optimizer)},
          {"program", program},
          {"adapter", "chat"},
          {"metric", {{"version", "test"}}},
          {"train", rows(train)},
          {"val", rows(val, "v")},
          {"test", rows(val, "t")}};
}

/// A pure function of the question and of how many demos there are; the metric fails on some training questions.
struct Answers {
  std::vector<int> fails_on = {};
  Json operator()(const Scripted::Open& effect) const {
    if (effect.kind == "metric") {
      const std::string question = effect.request["example"]["question"];
      if (effect.request["set"] == "train") {
        const int index = std::stoi(question.substr(1));
        return {{"score", std::find(fails_on.begin(), fails_on.end(), index) == fails_on.end() ? 1 : 0}};
      }
      const std::string answer = effect.request["prediction"]["answer"];
      return {{"score", hash(question + answer) % 2 == 0 ? 1 : 0}};
    }
    const std::string question = asked_for(effect.request, "question");
    const auto messages = effect.request["messages"].size();
    const std::string content = effect.request["messages"].back()["content"];
    if (content.find("`[[ ## query ## ]]`") != std::string::npos) return reply("query", "query-" + question);
    return reply("answer", "ans-" + question + (question[0] == 'q' ? "" : "-" + std::to_string(messages)));
  }
};

std::unique_ptr<Session> session(const Json& json, Run::Options options = {}) {
  auto made = compile_spec(json);
  if (!made) throw std::runtime_error(made.error().message);
  options.name = "optimize";
  options.inputs = canonical_json(json);
  return std::make_unique<Session>(std::move(options), compile(std::move(*made)));
}

struct Seen {
  std::string state, result;
  std::vector<std::string> events, journal;
  std::size_t calls;
  bool operator==(const Seen&) const = default;
};

Seen run(const Json& json, Answers answers = {}, std::uint64_t order = 1, std::size_t slots = 8,
         Run::Options options = {}) {
  auto running = session(json, std::move(options));
  Scripted host{answers, order, slots};
  host.drive(*running);
  return {host.state, running->result().value(), host.events, sorted_lines(host.journal), host.asked.size()};
}

std::vector<std::string> demo_questions(const Seen& seen, const std::string& path) {
  const Json result = parse_json(seen.result).value();
  const Json state = parse_json(result["result"]["program"].get<std::string>()).value();
  std::vector<std::string> questions;
  for (const Json& demo : path == "self" ? state["demos"] : state[path]["demos"])
    questions.push_back((demo.contains("augmented") ? "+" : "") + demo["question"].get<std::string>());
  return questions;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("labeled demos are those that Python's Random(0) draws") {
  const auto seen = run(spec(one, {{"name", "LabeledFewShot"}, {"k", 4}}));
  CHECK(seen.state == "done");
  CHECK(demo_questions(seen, "self") == Names{"q6", "q11", "q0", "q4"});
}

TEST_CASE("bootstrapped demos come first and labeled ones fill up, as in DSPy") {
  const Json options = {{"name", "BootstrapFewShot"}, {"maxBootstrappedDemos", 2}, {"maxLabeledDemos", 5}};
  const auto seen = run(spec(one, options), {{0, 2, 3}});
  const auto names = demo_questions(seen, "self");
  REQUIRE(names.size() == 5);
  CHECK(Names(names.begin(), names.begin() + 2) == Names{"+q1", "+q4"});
  const auto both = run(spec(two, options), {{0, 2, 3}});
  const auto gen = demo_questions(both, "gen"), qa = demo_questions(both, "qa");
  CHECK(Names(gen.begin(), gen.begin() + 2) == Names{"+q1", "+q4"});
  CHECK(Names(qa.begin(), qa.begin() + 2) == Names{"+q1", "+q4"});
}

TEST_CASE("a metric of the host is shown the trace of what may become a demo, and of nothing else") {
  const Json options = {{"name", "BootstrapFewShot"}, {"maxBootstrappedDemos", 1}, {"maxLabeledDemos", 0}};
  auto running = session(spec(two, options));
  Scripted host{Answers{}};
  host.drive(*running);
  std::size_t judged = 0;
  for (const auto& [id, kind, path, request] : host.asked) {
    if (kind != "metric") continue;
    ++judged;
    REQUIRE(request.contains("trace") == (request["set"] == "train"));
    if (!request.contains("trace")) continue;
    CHECK(request["trace"][0]["predictor"] == "gen");
    CHECK(request["trace"][0]["outputs"]["query"] == "query-q0");
    CHECK(request["trace"][1]["predictor"] == "qa");
    CHECK(request["trace"][1]["inputs"]["query"] == "query-q0");
  }
  CHECK(judged > 4);
}

TEST_CASE("bootstrapping makes no more calls than one example after another would") {
  const Json options = {{"name", "BootstrapFewShot"}, {"maxBootstrappedDemos", 3}, {"maxLabeledDemos", 0}};
  auto running = session(spec(one, options));
  Scripted host{Answers{{0, 3}}, 7, 12};
  host.drive(*running);
  std::size_t tried = 0;
  for (const auto& effect : host.asked)
    if (effect.kind == "lm" && effect.path.find("/try[") != std::string::npos) ++tried;
  CHECK(tried == 5);  // q0 no, q1 yes, q2 yes, q3 no, q4 yes
}

TEST_CASE("a random search does not depend on the order of answers or on how many are open") {
  const Json json = spec(two, {{"name", "BootstrapFewShotWithRandomSearch"},
                               {"candidates", 4},
                               {"maxBootstrappedDemos", 3},
                               {"maxLabeledDemos", 4}});
  const auto expected = run(json, {{1, 2}});
  CHECK(expected.state == "done");
  for (std::uint64_t order = 2; order < 30; ++order) REQUIRE(run(json, {{1, 2}}, order, 1 + order % 32) == expected);
}

TEST_CASE("a random search tries DSPy's candidates: zero-shot, labeled, in order, then shuffles") {
  const Json json = spec(one, {{"name", "BootstrapFewShotWithRandomSearch"},
                               {"candidates", 2},
                               {"maxBootstrappedDemos", 3},
                               {"maxLabeledDemos", 4}});
  const auto seen = run(json);
  Names labels;
  for (const auto& line : seen.events)
    if (const Json event = parse_json(line).value(); event["event"] == "candidate") labels.push_back(event["label"]);
  CHECK(labels == Names{"Zero-shot", "Labeled demos", "Bootstrapped, in order", "Bootstrapped, shuffle 0",
                        "Bootstrapped, shuffle 1"});
}

TEST_CASE("every run of the program is counted once, also those of further rounds and when they are replayed") {
  const std::int64_t predictors = GENERATE(1, 2);
  const Json json =
      spec(predictors == 1 ? one : two,
           {{"name", "BootstrapFewShot"}, {"maxRounds", 2}, {"maxBootstrappedDemos", 3}, {"maxLabeledDemos", 0}});
  const auto seen = run(json, {{0, 1, 3}});
  const Json spent = parse_json(seen.result).value()["spent"];
  std::int64_t again = 0;  // a row that fails is tried once more; each of its calls carries the round
  auto running = session(json);
  Scripted host{Answers{{0, 1, 3}}};
  host.drive(*running);
  for (const auto& effect : host.asked)
    if (effect.kind == "lm" && effect.request["config"].contains("rolloutId")) ++again;
  CHECK(again == 3 * predictors);
  // Six rows until three have passed, three of them twice; two programs on four rows and on four that are held out.
  CHECK(spent["runs"] == 6 + 3 + 2 * 4 + 2 * 4);
  CHECK(spent["calls"] == spent["runs"].get<std::int64_t>() * predictors);

  auto replayed = session(json, {.journal = Journal(host.journal)});
  Scripted nobody{[](const Scripted::Open&) -> Json { throw std::logic_error("all is known"); }};
  nobody.drive(*replayed);
  CHECK(nobody.asked.empty());
  CHECK(parse_json(replayed->result().value()).value()["spent"] == spent);
}

TEST_CASE("a budget of runs is never exceeded, with several rounds too") {
  const Json json =
      spec(two, {{"name", "BootstrapFewShot"}, {"maxRounds", 2}, {"maxBootstrappedDemos", 3}, {"maxLabeledDemos", 0}});
  for (std::int64_t runs = 12; runs <= 30; ++runs) {
    Run::Options options;
    options.budget = Purse::no_limit;
    options.budget.runs = runs;
    auto running = session(json, std::move(options));
    Scripted host{Answers{{0, 1, 3}}, 5};
    host.drive(*running);
    const Json result = parse_json(running->result().value()).value();
    CAPTURE(runs, result["state"], result["spent"]);
    CHECK(result["spent"]["runs"] <= runs);
    std::int64_t begun = 0;  // by the first call of each
    for (const auto& effect : host.asked)
      if (effect.kind == "lm" && !asked_for(effect.request, "question").empty() &&
          asked_for(effect.request, "query").empty())
        ++begun;
    CHECK(result["spent"]["runs"] == begun);
  }
}

TEST_CASE("killed after any number of answers and resumed, a search ends the same and repeats no call") {
  const Json json = spec(one,
                         {{"name", "BootstrapFewShotWithRandomSearch"},
                          {"candidates", 2},
                          {"maxBootstrappedDemos", 2},
                          {"maxLabeledDemos", 3}},
                         6, 3);
  const auto expected = run(json);
  for (std::size_t answers = 0; answers < expected.calls; answers += 3) {
    auto first = session(json);
    Scripted before{Answers{}, answers + 1, 5};
    before.drive(*first, answers);
    auto again = session(json, {.journal = Journal(before.journal)});
    Scripted after{Answers{}, 99, 5};
    after.drive(*again);
    CHECK(again->result().value() == expected.result);
    CHECK(sorted_lines(before.journal + after.journal) == expected.journal);
    CHECK(after.events == expected.events);
  }
}

TEST_CASE("a budget of calls is never exceeded, keeps the held-out runs back and leaves the best") {
  const Json json = spec(one, {{"name", "BootstrapFewShotWithRandomSearch"},
                               {"candidates", 4},
                               {"maxBootstrappedDemos", 2},
                               {"maxLabeledDemos", 3}});
  for (const std::int64_t calls : {0, 3, 9, 14, 20, 31, 40}) {
    Run::Options options;
    options.budget = Purse::no_limit;
    options.budget.calls = calls;
    const auto seen = run(json, {}, 3, 8, std::move(options));
    const Json result = parse_json(seen.result).value();
    CAPTURE(calls, seen.result);
    CHECK(result["spent"]["calls"] <= calls);
    if (calls >= 12) {  // the zero-shot program on four rows, and both programs on the four held-out rows
      CHECK(seen.state == "done");
      CHECK(result["result"]["report"]["heldOut"] == true);
      CHECK(result["best"].is_object());
    } else if (calls < 4) {
      CHECK(seen.state == "budget");
      CHECK(result["best"].is_null());
    }
  }
}

TEST_CASE("the report compares the seed and the result on held-out rows") {
  const auto seen = run(spec(one, {{"name", "BootstrapFewShot"}}));
  const Json report = parse_json(seen.result).value()["result"]["report"];
  CHECK(report["seed"]["n"] == 4);
  CHECK(report["optimized"]["n"] == 4);
  CHECK(report["verdict"].is_string());
  CHECK(report["difference"]["interval"].size() == 2);
  Json without = spec(one, {{"name", "BootstrapFewShot"}});
  without.erase("test");
  CHECK(parse_json(run(without).result).value()["result"]["report"]["heldOut"] == "there are no test rows");
}

TEST_CASE("no bootstrapped demos wanted is a search over labeled ones") {
  const auto seen = run(spec(one, {{"name", "BootstrapFewShotWithRandomSearch"},
                                   {"candidates", 2},
                                   {"maxBootstrappedDemos", 0},
                                   {"maxLabeledDemos", 3}}));
  CHECK(seen.state == "done");
  CHECK(demo_questions(seen, "self").size() <= 3);
}

TEST_CASE("a reply that cannot be read is a failed example, not the end") {
  const Json json = spec(one, {{"name", "BootstrapFewShot"}, {"maxBootstrappedDemos", 2}, {"maxLabeledDemos", 0}});
  auto running = session(json);
  Scripted host{[](const Scripted::Open& effect) -> Json {
    if (effect.kind == "lm" && asked_for(effect.request, "question") == "q0") return "I would rather not say.";
    return Answers{}(effect);
  }};
  host.drive(*running);
  CHECK(host.state == "done");
  const auto bootstrap = std::find_if(host.events.begin(), host.events.end(), [](auto& line) {
    return line.find("\"bootstrap\",\"candidate\":1") != std::string::npos ||
           line.find("\"event\": \"bootstrap\"") != std::string::npos;
  });
  REQUIRE(bootstrap != host.events.end());
  const Json event = parse_json(*bootstrap).value();
  CHECK(event["ok"] == false);
  CHECK_THAT(event["reason"].get<std::string>(), Catch::Matchers::ContainsSubstring("I would rather not say."));
}

TEST_CASE("a prediction without the field that is scored fails its row; an example without it ends the run") {
  Json json = {{"program", {{"predictors", {{"qa", "question -> answer"}}}, {"inputs", {"question"}}}},
               {"metric", {{"name", "exact"}, {"field", "answer"}}},
               {"rows", rows(3)}};
  const auto run_it = [&] {
    auto made = evaluate_spec(json);
    REQUIRE(made);
    Session running({.name = "evaluate"}, evaluation(std::move(*made)));
    Scripted host{[](const Scripted::Open& effect) -> Json {
      Json prediction = Json::object();
      if (effect.request["inputs"]["question"] != "q1") prediction["answer"] = "a2";
      return {{"prediction", prediction}};
    }};
    host.drive(running);
    return parse_json(running.result().value()).value();
  };
  const Json scored = run_it();
  CHECK(scored["state"] == "done");
  CHECK(scored["result"]["rows"][1]["score"] == 0.0);
  CHECK_THAT(scored["result"]["rows"][1]["error"].get<std::string>(), Catch::Matchers::ContainsSubstring("answer"));
  CHECK(scored["result"]["rows"][2]["score"] == 1.0);
  json["rows"][2].erase("answer");
  CHECK(run_it()["state"] == "failed");
}

TEST_CASE("specifications that are wrong are refused with the place") {
  const auto refused = [](const Json& json) {
    const auto made = compile_spec(json);
    return made ? std::string("accepted") : made.error().message;
  };
  const Json good = spec(one, {{"name", "LabeledFewShot"}});
  Json bad = good;
  bad["optimizer"]["name"] = "Magic";
  CHECK_THAT(refused(bad), Catch::Matchers::StartsWith("optimizer.name: \"Magic\""));
  bad = good, bad["train"][3].erase("question");
  CHECK(refused(bad) == "train[3]: the input \"question\" is missing");
  bad = good, bad["train"] = Json::array();
  CHECK_THAT(refused(bad), Catch::Matchers::StartsWith("train:"));
  bad = good, bad["metric"] = {{"name", "exact"}, {"field", "label"}};
  CHECK(refused(bad) == "metric.field: the program has no output \"label\"; it has answer");
  bad = good, bad["optimizer"]["k"] = -1;
  CHECK_THAT(refused(bad), Catch::Matchers::StartsWith("optimizer.k:"));
  bad = good, bad["adapter"] = "yaml";
  CHECK_THAT(refused(bad), Catch::Matchers::StartsWith("adapter:"));
}
