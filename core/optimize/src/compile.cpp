#include <algorithm>
#include <numeric>
#include <strop/evaluate/statistics.hpp>
#include <strop/optimize/compile.hpp>
#include <strop/program/state.hpp>
#include <strop/text/sort.hpp>
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
  if (const auto* options = std::get_if<RandomSearchOptions>(&spec.options))
    co_return co_await random_search(study, spec.student, spec.teacher, *options);

  Scope& here = co_await this_scope();
  Candidate seed = study.add(here, "Seed program", {"seed"}, spec.student);
  co_await study.validate(std::move(seed)).named("candidate");
  Program made = spec.student;
  if (const auto* options = std::get_if<LabeledOptions>(&spec.options)) {
    made = labeled_few_shot(spec.student, study.data.train->rows, options->k, options->sample);
  } else {
    std::vector<std::size_t> order(study.data.train->rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    made = co_await bootstrap_few_shot(study, spec.student, spec.teacher, std::move(order),
                                       std::get<BootstrapOptions>(spec.options), study.next_number());
  }
  const bool labeled = std::holds_alternative<LabeledOptions>(spec.options);
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
  const Json planned = estimate(spec);
  here.emit(Object()
                .set("event", "start")
                .set("optimizer", spec.name)
                .set("train", spec.data.train->rows.size())
                .set("val", spec.data.val->rows.size())
                .set("test", spec.data.test->rows.size())
                .set("estimate", planned));

  // What the held-out runs may cost is kept back from the search.
  const auto seed = std::make_shared<const Runner>(spec.student, spec.lm);
  Cost kept;
  for (const Json& row : spec.data.test->rows) {
    const Cost run = seed->reserve(inputs_of(spec.student, row));
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
                    .set("optimizer", spec.name)
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

Json estimate(const CompileSpec& spec) {
  const std::size_t train = spec.data.train->rows.size(), val = spec.data.val->rows.size(),
                    test = spec.data.test->rows.size();
  std::size_t least = 2 * test, most = 2 * test;
  const auto bootstrap = [&](const BootstrapOptions& options, bool full) {
    least += std::min(full ? options.max_bootstrapped_demos : std::min<std::size_t>(options.max_bootstrapped_demos, 1),
                      train);
    most += options.max_bootstrapped_demos > 0 ? train * options.max_rounds : 0;
  };
  if (const auto* search = std::get_if<RandomSearchOptions>(&spec.options)) {
    least += (search->candidates + 3) * val, most += (search->candidates + 3) * val;
    bootstrap(search->bootstrap, true);
    for (std::size_t k = 0; k < search->candidates; ++k) bootstrap(search->bootstrap, false);
  } else {
    least += 2 * val, most += 2 * val;
    if (const auto* options = std::get_if<BootstrapOptions>(&spec.options)) bootstrap(*options, true);
  }
  const std::size_t calls = spec.student.predictors().size();
  return Object()
      .set("runs", Object().set("min", least).set("max", most))
      .set("calls", Object().set("min", least * calls).set("max", most * calls));
}

Split split_rows(std::size_t count, std::uint64_t seed, double train, double val, double test) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(seed, "split").shuffle(order);
  const double whole = train + val + test;
  const auto part = [&](double fraction) -> std::size_t {
    if (!(fraction > 0) || !(whole > 0)) return 0;
    return std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(count) * fraction / whole + 0.5));
  };
  const std::size_t held = std::min(part(test), count), validation = std::min(part(val), count - held);
  Split split;
  const auto cut = [&](std::size_t from, std::size_t to) {
    std::vector<std::size_t> rows(order.begin() + static_cast<std::ptrdiff_t>(from),
                                  order.begin() + static_cast<std::ptrdiff_t>(to));
    sort(rows);
    return rows;
  };
  split.test = cut(0, held);
  split.val = cut(held, held + validation);
  split.train = train > 0 ? cut(held + validation, count) : std::vector<std::size_t>{};
  return split;
}

}  // namespace strop
