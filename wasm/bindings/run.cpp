// Runs: optimization, evaluation, and what goes with them.
#include <strop/engine/session.hpp>
#include <strop/evaluate/metrics.hpp>
#include <strop/evaluate/statistics.hpp>
#include <strop/optimize/compile.hpp>
#include <strop/practice/practice.hpp>
#include <strop/text/format.hpp>

#include "json_io.hpp"

namespace strop::surface {
namespace {

Cost budget_from(const Json& json) {
  Cost budget = Purse::no_limit;
  const auto read = [&](const char* name, std::int64_t& into) {
    if (const Json& value = member(json, name); value.is_number_integer() && value.get<std::int64_t>() >= 0)
      into = value.get<std::int64_t>();
  };
  read("runs", budget.runs), read("calls", budget.calls), read("tokens", budget.tokens),
      read("nanousd", budget.nanousd);
  return budget;
}

Json interval_json(const Interval& interval) { return {interval.low, interval.high}; }

Result<std::vector<double>> numbers(const Json& list) {
  std::vector<double> numbers;
  for (const auto& value : list) {
    if (!value.is_number()) return bad_input("scores are numbers");
    numbers.push_back(value.get<double>());
  }
  return numbers;
}

}  // namespace

SessionHandle::SessionHandle(std::unique_ptr<Session> session) : session_(std::move(session)) {}
SessionHandle::SessionHandle(SessionHandle&&) noexcept = default;
SessionHandle::~SessionHandle() = default;

Result<SessionHandle> SessionHandle::make(std::string_view spec) {
  const auto end = spec.find('\n');
  auto json = parse_json(spec.substr(0, end));
  if (!json) return json.error();
  if (!json->is_object()) return bad_input("a run is described by an object");
  const std::string task = text_member(*json, "task");

  Run::Options options;
  options.name = task;
  if (const Json& seed = member(*json, "seed"); seed.is_number_integer()) options.seed = seed.get<std::uint64_t>();
  options.budget = budget_from(member(*json, "budget"));
  Json identity = *json;
  for (const char* changing : {"budget", "limit"}) identity.erase(changing);
  if (Json& lm = identity["lm"]; lm.is_object()) {
    for (const char* price : {"nanousdIn", "nanousdOut"}) lm.erase(price);
  }
  options.inputs = canonical_json(identity);
  if (end != spec.npos) {
    try {
      options.journal = Journal(spec.substr(end + 1));
    } catch (const Error& error) {
      return Failure{"journal", error.what()};
    }
  }

  if (task == "optimize") {
    auto made = compile_spec(*json);
    if (!made) return made.error();
    return SessionHandle(std::make_unique<Session>(std::move(options), compile(std::move(*made))));
  }
  if (task == "evaluate") {
    auto made = evaluate_spec(*json);
    if (!made) return made.error();
    return SessionHandle(std::make_unique<Session>(std::move(options), evaluation(std::move(*made))));
  }
  return bad_input(format("the task \"{}\" is not known; there are \"optimize\" and \"evaluate\"", {task}));
}

Reply SessionHandle::step(std::string_view lines) { return session_->step(lines); }
Reply SessionHandle::result() const { return session_->result(); }

Reply estimate(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  const auto optimizer = optimizer_spec(member(*json, "optimizer"));
  if (!optimizer) return optimizer.error();
  std::size_t counts[4];
  for (std::size_t k = 0; const char* name : {"train", "val", "test", "predictors"}) {
    const Json& value = member(*json, name);
    if (!value.is_number_integer() || value.get<std::int64_t>() < 0 || value.get<std::int64_t>() > 10'000'000)
      return bad_input(format("{}: a whole number up to ten million is expected", {name}));
    counts[k++] = value.get<std::size_t>();
  }
  return json_reply(strop::estimate(*optimizer, {counts[0], counts[1], counts[2]}, counts[3]));
}

Reply compare_scores(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  const auto before = numbers(member(*json, "before")), after = numbers(member(*json, "after"));
  if (!before) return before.error();
  if (!after) return after.error();
  if (before->size() != after->size()) return bad_input("two scores for every row are expected");
  const Comparison comparison = compare_paired(*before, *after);
  return json_reply(Object()
                        .set("before", interval_json(score_interval(*before)))
                        .set("after", interval_json(score_interval(*after)))
                        .set("difference", Object()
                                               .set("mean", comparison.difference)
                                               .set("interval", interval_json(comparison.interval))
                                               .set("p", comparison.p_value))
                        .set("verdict", comparison.verdict));
}

Reply metric(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  const auto named = metric_from_json(member(*json, "metric"));
  if (!named) return named.error();
  const auto value = score(*named, member(*json, "example"), member(*json, "prediction"));
  if (!value) return value.error();
  return json_reply(Object().set("score", *value));
}

Reply practice_reply(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  const auto reply = strop::practice_reply(*json);
  if (!reply) return reply.error();
  return json_reply(
      Object()
          .set("text", reply->text)
          .set("usage", Object().set("inputTokens", reply->input_tokens).set("outputTokens", reply->output_tokens)));
}

}  // namespace strop::surface
