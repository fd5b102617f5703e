#include <strop/evaluate/statistics.hpp>
#include <strop/optimize/study.hpp>
#include <strop/program/state.hpp>
#include <strop/value/members.hpp>

namespace strop {

Candidate Study::add(Scope& here, std::string label, Origin origin, const Program& program) {
  Candidate candidate{count_++, std::move(label), std::move(origin), std::make_shared<const Runner>(program, lm)};
  Json demos = Json::object(), instructions = Json::object();
  for (const auto& predictor : program.predictors()) {
    demos[predictor.path] = predictor.demos;
    instructions[predictor.path] = predictor.signature.instructions();
  }
  Json from = {{"kind", candidate.origin.kind}};
  if (candidate.origin.seed) from["seed"] = *candidate.origin.seed;
  here.emit(Object()
                .set("event", "candidate")
                .set("candidate", candidate.number)
                .set("label", candidate.label)
                .set("origin", std::move(from))
                .set("demos", std::move(demos))
                .set("instructions", std::move(instructions)));
  return candidate;
}

Task<Candidate> Study::validate(Candidate candidate) {
  Scope& here = co_await this_scope();
  const Evaluation evaluation =
      co_await evaluate(candidate.runner, data.val, scoring, matrix, {.limit = limit, .candidate = candidate.number});
  candidate.percent = dspy_percent(evaluation.scores());
  here.offer(Object().set("candidate", candidate.number).set("state", state_json(candidate.program())),
             evaluation.mean());
  candidates.push_back(candidate);
  co_return candidate;
}

}  // namespace strop
