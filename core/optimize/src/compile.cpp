#include <algorithm>
#include <strop/evaluate/statistics.hpp>
#include <strop/optimize/compile.hpp>
#include <strop/program/state.hpp>
#include <strop/value/members.hpp>

namespace strop {
namespace {

Json summary(const Evaluation& evaluation) {
  const auto scores = evaluation.scores();
  const Interval interval = score_interval(scores);
  return Object()
      .set("score", evaluation.mean())
      .set("n", scores.size())
      .set("missing", evaluation.missing())
      .set("interval", Json::array({interval.low, interval.high}));
}

/// What there is to begin with, scored, and what the optimizer makes of it.
Task<Candidate> search(Study& study, CompileSpec& spec) {
  if (const auto* options = std::get_if<RandomSearchOptions>(&spec.optimizer.options))
    co_return co_await random_search(study, spec.student, spec.teacher, *options);

  Scope& here = co_await this_scope();
  Candidate seed = study.add(here, "Seed program", {"seed"}, spec.student);
  co_await study.validate(std::move(seed)).named("candidate");
  Program made = spec.student;
  if (const auto* options = std::get_if<LabeledOptions>(&spec.optimizer.options)) {
    made = labeled_few_shot(spec.student, study.data.train->rows, options->k, options->sample);
  } else {
    std::vector<std::size_t> order(study.data.train->rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    made = co_await bootstrap_few_shot(study, spec.student, spec.teacher, std::move(order),
                                       std::get<BootstrapOptions>(spec.optimizer.options), study.next_number());
  }
  const bool labeled = std::holds_alternative<LabeledOptions>(spec.optimizer.options);
  Candidate candidate =
      study.add(here, labeled ? "Labeled demos" : "Bootstrapped, in order", {labeled ? "labeled" : "bootstrap"}, made);
  co_return co_await study.validate(std::move(candidate)).named("candidate");
}

struct HeldOut {
  Evaluation seed, optimized;
};

Task<HeldOut> held_out(Study& study, RunnerPtr seed, Candidate chosen) {
  HeldOut result;
  result.seed = co_await evaluate(std::move(seed), study.data.test, study.scoring, study.matrix,
                                  {.limit = study.limit, .candidate = 0});
  result.optimized = co_await evaluate(chosen.runner, study.data.test, study.scoring, study.matrix,
                                       {.limit = study.limit, .candidate = chosen.number});
  co_return result;
}

void add_comparison(Json& report, const HeldOut& result) {
  std::vector<double> before, after;
  for (std::size_t row = 0; row < result.seed.rows.size(); ++row) {
    if (!result.seed.rows[row].score || !result.optimized.rows[row].score) continue;
    before.push_back(*result.seed.rows[row].score);
    after.push_back(*result.optimized.rows[row].score);
  }
  const Comparison comparison = compare_paired(before, after);
  report["seed"] = summary(result.seed);
  report["optimized"] = summary(result.optimized);
  report["difference"] = Object()
                             .set("mean", comparison.difference)
                             .set("interval", Json::array({comparison.interval.low, comparison.interval.high}))
                             .set("p", comparison.p_value);
  report["verdict"] = comparison.verdict;
}

}  // namespace

Task<Json> compile(CompileSpec spec) {
  Scope& here = co_await this_scope();
  Study study(spec.data, spec.lm, spec.scoring, spec.limit);
  const RowCounts rows{spec.data.train->rows.size(), spec.data.val->rows.size(), spec.data.test->rows.size()};
  const Json planned = estimate(spec.optimizer, rows, spec.student.predictors().size());
  here.emit(Object()
                .set("event", "start")
                .set("optimizer", spec.optimizer.name)
                .set("train", rows.train)
                .set("val", rows.val)
                .set("test", rows.test)
                .set("estimate", planned));

  // What the held-out runs may cost is kept back from the search.
  const auto seed = std::make_shared<const Runner>(spec.student, spec.lm);
  Cost kept;
  for (const Json& row : spec.data.test->rows) {
    const Cost run = row_reserve(*seed, *spec.scoring, row);
    kept += run, kept += run;
  }
  const Purse all(here.left());
  Purse for_search = all;
  for_search.take(kept);
  const bool reaches = all.covers(kept);
  const Cost search_reserve = reaches ? for_search.left() : all.left();
  auto searched = co_await each(std::vector<int>{0}, {.name = "search", .reserve = search_reserve},
                                [&](int) { return search(study, spec); });
  const Candidate chosen = std::move(searched[0]).value();

  const Candidate& first = study.candidates.front();
  Json report = Object()
                    .set("event", "report")
                    .set("optimizer", spec.optimizer.name)
                    .set("candidate", chosen.number)
                    .set("heldOut", true)
                    .set("seed", nullptr)
                    .set("optimized", nullptr)
                    .set("difference", nullptr)
                    .set("verdict", nullptr);
  report["validation"] = Object()
                             .set("seed", *first.percent / 100)
                             .set("optimized", *chosen.percent / 100)
                             .set("n", spec.data.val->rows.size());
  report["candidates"] = Json::array();
  for (const auto& candidate : study.candidates)
    report["candidates"].push_back(Object()
                                       .set("candidate", candidate.number)
                                       .set("label", candidate.label)
                                       .set("score", *candidate.percent / 100));
  report["outOfBudget"] = study.out_of_budget;
  if (spec.data.test->rows.empty()) {
    report["heldOut"] = "there are no test rows";
  } else {
    auto result = co_await each(std::vector<int>{0}, {.name = "heldout", .reserve = here.left()},
                                [&](int) { return held_out(study, seed, chosen); });
    if (!result[0]) report["heldOut"] = result[0].error().what();
    if (result[0]) add_comparison(report, result[0].value());
  }
  here.emit(report);
  report.erase("event");
  co_return Object().set("program", state_json(chosen.program())).set("report", std::move(report));
}

Task<Json> evaluation(EvaluateSpec spec) {
  ScoreMatrix matrix;
  const auto runner = std::make_shared<const Runner>(spec.program, spec.lm);
  const Evaluation evaluation =
      co_await evaluate(runner, spec.set, spec.scoring, matrix, {.limit = spec.limit, .candidate = 0});
  Json result = summary(evaluation);
  result["rows"] = Json::array();
  for (const auto& row : evaluation.rows) {
    Json made = Object().set("score", nullptr).set("prediction", row.prediction);
    if (row.score) made["score"] = *row.score;
    if (!row.error.empty()) made["error"] = row.error;
    if (!row.feedback.empty()) made["feedback"] = row.feedback;
    result["rows"].push_back(std::move(made));
  }
  co_return result;
}

Json estimate(const OptimizerSpec& optimizer, RowCounts rows, std::size_t predictors) {
  std::size_t least = 2 * rows.test, most = 2 * rows.test;
  const auto bootstrap = [&](const BootstrapOptions& options, bool full) {
    least += std::min(full ? options.max_bootstrapped_demos : std::min<std::size_t>(options.max_bootstrapped_demos, 1),
                      rows.train);
    most += options.max_bootstrapped_demos > 0 ? rows.train * options.max_rounds : 0;
  };
  if (const auto* search = std::get_if<RandomSearchOptions>(&optimizer.options)) {
    least += (search->candidates + 3) * rows.val, most += (search->candidates + 3) * rows.val;
    bootstrap(search->bootstrap, true);
    for (std::size_t k = 0; k < search->candidates; ++k) bootstrap(search->bootstrap, false);
  } else {
    least += 2 * rows.val, most += 2 * rows.val;
    if (const auto* options = std::get_if<BootstrapOptions>(&optimizer.options)) bootstrap(*options, true);
  }
  return Object()
      .set("runs", Object().set("min", least).set("max", most))
      .set("calls", Object().set("min", least * predictors).set("max", most * predictors));
}

}  // namespace strop
