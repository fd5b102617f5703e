#include <strop/evaluate/evaluate.hpp>
#include <strop/evaluate/statistics.hpp>
#include <strop/text/format.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>

namespace strop {
namespace {

Json trace_json(const std::vector<TraceStep>& trace) {
  Json steps = Json::array();
  for (const auto& [predictor, inputs, outputs] : trace)
    steps.push_back(Object().set("predictor", predictor).set("inputs", inputs).set("outputs", outputs));
  return steps;
}

/// What a metric may take that asks a model: each call shows it the example and the prediction, and some words of its
/// own. Nothing where it asks none.
Cost metric_reserve(const Scoring& scoring, const Json& example, std::int64_t max_tokens) {
  if (scoring.calls == 0) return {};
  const auto bytes = static_cast<std::int64_t>(dump_json(example, JsonStyle::compact).size());
  return {.calls = scoring.calls, .tokens = scoring.calls * (bytes + 4096 + 2 * max_tokens)};
}

/// The score of a prediction, from the core's metric or the host's.
Task<> apply_metric(RowResult& result, std::shared_ptr<const Scoring> scoring, DatasetPtr set, std::size_t row,
                    bool with_trace, std::int64_t max_tokens) {
  const Json& example = set->rows[row];
  if (scoring->metric) {
    auto scored = score(*scoring->metric, example, result.prediction);
    // A row without the field is a mistake in the data; a prediction without it is one of the program's.
    if (!scored)
      throw Error(example.contains(scoring->metric->field) ? Fault::program : Fault::fatal, scored.error().message);
    result.score = *scored;
    co_return;
  }
  Json request =
      Object().set("set", set->name).set("row", row).set("example", example).set("prediction", result.prediction);
  if (with_trace) request["trace"] = trace_json(result.trace);
  const std::string answer =
      co_await ask("metric", dump_json(request, JsonStyle::compact), metric_reserve(*scoring, example, max_tokens));
  const auto json = parse_json(answer);
  if (!json || !member(*json, "score").is_number()) throw Error(Fault::fatal, "a metric must yield a number");
  result.score = (*json)["score"].get<double>();
  result.feedback = text_member(*json, "feedback");
}

Json row_event(const RowResult& result, const Dataset& set, std::size_t row, std::size_t candidate, bool known) {
  Json event = Object()
                   .set("event", "row")
                   .set("candidate", candidate)
                   .set("set", set.name)
                   .set("row", row)
                   .set("score", nullptr);
  if (result.score) event["score"] = *result.score;
  if (!result.prediction.is_null()) event["prediction"] = result.prediction;
  if (!result.error.empty()) event["error"] = result.error;
  if (!result.feedback.empty()) event["feedback"] = result.feedback;
  if (known) event["known"] = true;
  return event;
}

}  // namespace

std::vector<double> Evaluation::scores() const {
  std::vector<double> scores;
  for (const auto& row : rows)
    if (row.score) scores.push_back(*row.score);
  return scores;
}

std::size_t Evaluation::missing() const { return rows.size() - scores().size(); }

double Evaluation::mean() const {
  double sum = 0;
  std::size_t count = 0;
  for (const auto& row : rows)
    if (row.score) sum += *row.score, ++count;
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

const RowResult* ScoreMatrix::find(std::uint64_t program, const std::string& dataset, std::size_t row,
                                   const std::string& version) const {
  const auto found = known_.find({program, dataset, row, version});
  return found == known_.end() ? nullptr : &found->second;
}

void ScoreMatrix::keep(std::uint64_t program, const std::string& dataset, std::size_t row, const std::string& version,
                       RowResult result) {
  known_.insert_or_assign({program, dataset, row, version}, std::move(result));
}

Json inputs_of(const Program& program, const Json& example) {
  Json inputs = Json::object();
  for (const auto& field : program.inputs())
    if (const auto found = example.find(field); found != example.end()) inputs[field] = *found;
  return inputs;
}

Cost row_reserve(const Runner& runner, const Scoring& scoring, const Json& example) {
  Cost cost = runner.reserve(inputs_of(runner.program(), example));
  cost += metric_reserve(scoring, example, runner.options().max_tokens);
  return cost;
}

Task<RowResult> run_and_score(RunnerPtr runner, std::shared_ptr<const Scoring> scoring, DatasetPtr set, std::size_t row,
                              Json config, bool for_demos) {
  RowResult result;
  try {
    Json inputs = inputs_of(runner->program(), set->rows[row]);
    Rollout rollout = co_await run_program(runner, std::move(inputs), std::move(config));
    result.prediction = std::move(rollout.prediction);
    result.trace = std::move(rollout.trace);
    co_await apply_metric(result, scoring, set, row, for_demos, runner->options().max_tokens);
  } catch (const Error& error) {
    if (error.fault != Fault::parse && error.fault != Fault::program) throw;
    result.score = scoring->failure_score;
    result.error = error.what();
  }
  co_return result;
}

Task<Evaluation> evaluate(RunnerPtr runner, DatasetPtr set, std::shared_ptr<const Scoring> scoring, ScoreMatrix& matrix,
                          EvaluateOptions options) {
  Scope& here = co_await this_scope();
  announce(here, runner->program());
  const std::uint64_t program = runner->program().hash();
  Cost reserve;
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < set->rows.size(); ++row) {
    rows.push_back(row);
    const Cost each_one = row_reserve(*runner, *scoring, set->rows[row]);
    reserve = {.runs = 1,
               .calls = each_one.calls,
               .tokens = std::max(reserve.tokens, each_one.tokens),
               .nanousd = std::max(reserve.nanousd, each_one.nanousd)};
  }
  const auto item = [&](std::size_t row) -> Task<RowResult> {
    Scope& inner = co_await this_scope();
    if (const RowResult* known = matrix.find(program, set->name, row, scoring->version)) {
      inner.emit(row_event(*known, *set, row, options.candidate, true));
      co_return *known;
    }
    RowResult result;
    try {
      result = co_await run_and_score(runner, scoring, set, row, Json::object());
    } catch (const Error& error) {
      if (error.fault != Fault::transient) throw;
      result.error = error.what();
    }
    inner.emit(row_event(result, *set, row, options.candidate, false));
    co_return result;
  };
  auto outcomes = co_await each(std::move(rows), {.name = "row", .limit = options.limit, .reserve = reserve}, item);

  Evaluation evaluation;
  std::optional<Error> failure;
  for (std::size_t row = 0; row < outcomes.size(); ++row) {
    if (!outcomes[row]) {
      if (!failure) failure = outcomes[row].error();
      continue;
    }
    evaluation.rows.push_back(std::move(outcomes[row]).value());
    if (evaluation.rows.back().score) matrix.keep(program, set->name, row, scoring->version, evaluation.rows.back());
  }
  if (failure) throw *failure;
  const auto scores = evaluation.scores();
  if (scores.empty() && !set->rows.empty())
    throw Error(Fault::transient, format("not one row could be scored: {}", {evaluation.rows[0].error}));
  const Interval interval = score_interval(scores);
  here.emit(Object()
                .set("event", "score")
                .set("candidate", options.candidate)
                .set("set", set->name)
                .set("score", evaluation.mean())
                .set("n", scores.size())
                .set("missing", evaluation.missing())
                .set("interval", Json::array({interval.low, interval.high})));
  co_return evaluation;
}

}  // namespace strop
