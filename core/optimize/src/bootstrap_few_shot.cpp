#include <algorithm>
#include <map>
#include <strop/optimize/few_shot.hpp>
#include <strop/optimize/python_random.hpp>
#include <strop/value/members.hpp>

namespace strop {
namespace {

/// What came of one example: the demos of a run that passed, by predictor, or why none did.
struct Attempt {
  std::map<std::string, Json> demos;
  bool passed = false;
  std::string reason;
};

/// The teacher must not see the answer that it is asked for.
Program without(const Program& teacher, const Json& example) {
  auto predictors = teacher.predictors();
  for (auto& predictor : predictors)
    predictor.demos.erase(std::remove(predictor.demos.begin(), predictor.demos.end(), example), predictor.demos.end());
  return teacher.with(std::move(predictors));
}

Json demo_of(const TraceStep& step) {
  Json demo = Object().set("augmented", true);
  for (const auto& [name, value] : members(step.inputs)) demo[name] = value;
  for (const auto& [name, value] : members(step.outputs)) demo[name] = value;
  return demo;
}

Task<Attempt> attempt(const Study& study, std::shared_ptr<const Program> teacher, std::size_t row,
                      BootstrapOptions options) {
  Scope& here = co_await this_scope();
  const Program program = without(*teacher, study.data.train->rows[row]);
  const auto runner = std::make_shared<const Runner>(program, study.lm);
  Attempt result;
  for (std::size_t round = 0; round < options.max_rounds && !result.passed; ++round) {
    Json config = Json::object();
    if (round > 0) config = Object().set("temperature", 1.0).set("rolloutId", round);
    const RowResult run = co_await run_and_score(runner, study.scoring, study.data.train, row, std::move(config), true);
    result.reason = run.error;
    if (!run.error.empty()) continue;
    result.passed = options.metric_threshold ? *run.score >= *options.metric_threshold : *run.score != 0;
    if (!result.passed) {
      result.reason = "the metric did not pass it";
      continue;
    }
    std::map<std::string, std::vector<Json>> steps;
    for (const auto& step : run.trace) steps[step.predictor].push_back(demo_of(step));
    for (auto& [path, found] : steps) {
      // One demo of a predictor that ran several times: half of the time its last run, else one of the earlier ones.
      Random random = here.random(path);
      const std::size_t last = found.size() - 1;
      const std::size_t chosen = last == 0 || random.below(2) == 0 ? last : random.below(last);
      result.demos.emplace(path, std::move(found[chosen]));
    }
  }
  co_return result;
}

}  // namespace

Task<Program> bootstrap_few_shot(const Study& study, Program student, std::shared_ptr<const Program> teacher,
                                 std::vector<std::size_t> order, BootstrapOptions options, std::size_t candidate) {
  Scope& here = co_await this_scope();
  const auto& rows = study.data.train->rows;
  if (!teacher) {
    std::vector<Json> ordered;
    ordered.reserve(order.size());
    for (const auto row : order) ordered.push_back(rows[row]);
    teacher = std::make_shared<const Program>(
        options.max_labeled_demos > 0 ? labeled_few_shot(student, ordered, options.max_labeled_demos) : student);
  }
  const Runner sized(*teacher, study.lm);
  Cost reserve;
  for (const auto row : order) {
    const Cost run = row_reserve(sized, *study.scoring, rows[row]);
    const auto rounds = static_cast<std::int64_t>(options.max_rounds);
    reserve = {.runs = rounds,
               .calls = rounds * run.calls,
               .tokens = std::max(reserve.tokens, rounds * run.tokens),
               .nanousd = std::max(reserve.nanousd, rounds * run.nanousd)};
  }

  std::vector<std::map<std::string, Json>> found;
  std::vector<bool> used(order.size(), false);
  for (std::size_t at = 0; at < order.size() && found.size() < options.max_bootstrapped_demos;) {
    const std::size_t window = std::min(
        {options.max_bootstrapped_demos - found.size(), order.size() - at, std::max<std::size_t>(study.limit, 1)});
    std::vector<std::size_t> next(order.begin() + static_cast<std::ptrdiff_t>(at),
                                  order.begin() + static_cast<std::ptrdiff_t>(at + window));
    // Told before any of them runs: an item's own events wait for the items before it.
    for (const auto row : next) announce(here, without(*teacher, rows[row]));
    auto attempts = co_await each(std::move(next), {.name = "try", .limit = window, .reserve = reserve},
                                  [&](std::size_t row) { return attempt(study, teacher, row, options); });
    for (std::size_t k = 0; k < window; ++k, ++at) {
      Json event =
          Object().set("event", "bootstrap").set("candidate", candidate).set("row", order[at]).set("ok", false);
      if (!attempts[k]) {
        if (attempts[k].error().fault != Fault::transient) throw attempts[k].error();
        event["reason"] = attempts[k].error().what();
      } else if (attempts[k].value().passed) {
        found.push_back(std::move(attempts[k]).value().demos);
        used[at] = true;
        event["ok"] = true;
      } else {
        event["reason"] = attempts[k].value().reason;
      }
      here.emit(std::move(event));
    }
  }

  std::vector<std::size_t> rest;
  for (std::size_t k = 0; k < order.size(); ++k)
    if (!used[k]) rest.push_back(order[k]);
  PythonRandom(0).shuffle(rest);
  PythonRandom random(0);
  auto predictors = student.predictors();
  for (auto& predictor : predictors) {
    predictor.demos.clear();
    for (const auto& demos : found)
      if (const auto demo = demos.find(predictor.path); demo != demos.end()) predictor.demos.push_back(demo->second);
    const std::size_t room =
        options.max_labeled_demos > predictor.demos.size() ? options.max_labeled_demos - predictor.demos.size() : 0;
    for (const auto k : random.sample(rest.size(), std::min(room, rest.size())))
      predictor.demos.push_back(rows[rest[k]]);
  }
  co_return student.with(std::move(predictors));
}

}  // namespace strop
