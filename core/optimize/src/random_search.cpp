#include <numeric>
#include <strop/optimize/few_shot.hpp>
#include <strop/optimize/python_random.hpp>

namespace strop {
namespace {

struct Plan {
  int seed;
  std::string label;
  Origin origin;
};

Plan plan_of(int seed) {
  switch (seed) {
    case -3:
      return {seed, "Zero-shot", {"seed"}};
    case -2:
      return {seed, "Labeled demos", {"labeled", 0}};
    case -1:
      return {seed, "Bootstrapped, in order", {"bootstrap"}};
    default:
      return {seed, "Bootstrapped, shuffle " + std::to_string(seed), {"bootstrap", seed}};
  }
}

/// One candidate, built and scored.
Task<Candidate> try_one(Study& study, Program student, std::shared_ptr<const Program> teacher,
                        RandomSearchOptions options, Plan plan) {
  Scope& here = co_await this_scope();
  const auto& train = study.data.train->rows;
  Program program = student.reset();
  if (plan.seed == -2) {
    program = labeled_few_shot(student, train, options.bootstrap.max_labeled_demos, options.labeled_sample);
  } else if (plan.seed >= -1) {
    std::vector<std::size_t> order(train.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    BootstrapOptions bootstrap = options.bootstrap;
    if (plan.seed >= 0) {
      PythonRandom(plan.seed).shuffle(order);
      if (bootstrap.max_bootstrapped_demos > 0)
        bootstrap.max_bootstrapped_demos = static_cast<std::size_t>(
            PythonRandom(plan.seed).randint(1, static_cast<std::int64_t>(bootstrap.max_bootstrapped_demos)));
    }
    program = co_await bootstrap_few_shot(study, student, std::move(teacher), std::move(order), bootstrap,
                                          study.next_number());
  }
  Candidate candidate = study.add(here, plan.label, plan.origin, program);
  co_return co_await study.validate(std::move(candidate));
}

}  // namespace

Task<Candidate> random_search(Study& study, Program student, std::shared_ptr<const Program> teacher,
                              RandomSearchOptions options) {
  Scope& here = co_await this_scope();
  std::optional<Candidate> best;
  for (int seed = -3; seed < static_cast<int>(options.candidates); ++seed) {
    // A group of one, for its outcome: a handler within this loop would be passed by in wasm, see engine/task.hpp.
    auto tried = co_await each(std::vector<int>{seed}, {.name = "candidate", .reserve = here.left()},
                               [&](int k) { return try_one(study, student, teacher, options, plan_of(k)); });
    if (!tried[0]) {
      if (tried[0].error().fault != Fault::exhausted || !best) throw tried[0].error();
      study.out_of_budget = true;
      break;
    }
    Candidate candidate = std::move(tried[0]).value();
    const double percent = *candidate.percent;
    if (!best || percent > *best->percent) best = std::move(candidate);
    if (options.stop_at_score && percent >= *options.stop_at_score) break;
  }
  co_return *best;
}

}  // namespace strop
