#include <strop/adapter/adapter.hpp>
#include <strop/optimize/compile.hpp>
#include <strop/program/state.hpp>
#include <strop/text/format.hpp>
#include <strop/value/members.hpp>

namespace strop {
namespace {

constexpr std::size_t most_rows = 1'000'000;
constexpr std::int64_t most_tokens = 10'000'000;

Failure wrong(std::string_view where, std::string_view what) { return {"spec", format("{}: {}", {where, what})}; }

/// Reads members of an object; the first that is no good is remembered.
class Members {
 public:
  Members(const Json& object, std::string where) : object_(object), where_(std::move(where)) {}

  std::size_t count(const char* name, std::size_t otherwise, std::size_t most = 1'000'000) {
    const Json* value = present(name);
    if (!value) return otherwise;
    if (!value->is_number_integer() || value->get<std::int64_t>() < 0 || value->get<std::uint64_t>() > most)
      return fail(name, format("a whole number from 0 to {} is expected", {most})), otherwise;
    return value->get<std::size_t>();
  }
  std::optional<double> number(const char* name) {
    const Json* value = present(name);
    if (!value) return std::nullopt;
    if (!value->is_number()) return fail(name, "a number is expected"), std::nullopt;
    return value->get<double>();
  }
  bool flag(const char* name, bool otherwise) {
    const Json* value = present(name);
    if (!value) return otherwise;
    if (!value->is_boolean()) return fail(name, "true or false is expected"), otherwise;
    return value->get<bool>();
  }
  const std::optional<Failure>& failure() const { return failure_; }

 private:
  const Json* present(const char* name) const {
    const Json& value = member(object_, name);
    return value.is_null() ? nullptr : &value;
  }
  void fail(const char* name, std::string_view what) {
    if (!failure_) failure_ = wrong(format("{}.{}", {where_, name}), what);
  }
  const Json& object_;
  std::string where_;
  std::optional<Failure> failure_;
};

Result<Program> program_of(const Json& json, const char* state_key = "state") {
  if (!json.contains("program")) return wrong("program", "is missing");
  auto program = Program::from_json(json["program"]);
  if (!program) return program;
  if (auto cannot = program->unsupported()) return std::move(*cannot);
  const Json& state = member(json, state_key);
  return state.is_null() ? program : load_state(*program, state, {.by_position = true, .unsafe_lm = true});
}

Result<LmOptions> lm_of(const Json& json, const Program& program) {
  LmOptions lm;
  const std::string adapter = text_member(json, "adapter", "chat");
  lm.adapter = adapter_named(adapter);
  if (!lm.adapter) return wrong("adapter", format("\"{}\" is not known; there are {}", {adapter, adapter_names}));
  if (!program.run_by_host()) {
    if (adapter == "two_step") return wrong("adapter", "two_step asks a second model, which only the host can do");
    for (const Predictor& predictor : program.predictors()) {
      if (auto objection = lm.adapter->objection(predictor.signature)) return std::move(*objection);
    }
  }
  const auto reading = reading_named(text_member(json, "compat"));
  if (!reading) return wrong("compat", "is \"dspy\" or nothing");
  lm.reading = *reading;
  if (!json.contains("lm")) return lm;
  const Json& given = json["lm"];
  if (!given.is_object()) return wrong("lm", "an object is expected");
  if (const Json& config = member(given, "config"); config.is_object()) lm.config = config;
  lm.response_format = text_member(given, "responseFormat");
  if (!lm.response_format.empty() && lm.response_format != "json_schema" && lm.response_format != "json_object")
    return wrong("lm.responseFormat", "is \"json_schema\" or \"json_object\"");
  Members members(given, "lm");
  const std::size_t in_config = Members(lm.config, "lm.config").count("maxTokens", 1024, most_tokens);
  lm.max_tokens = static_cast<std::int64_t>(members.count("maxTokens", in_config, most_tokens));
  lm.nanousd_in = static_cast<std::int64_t>(members.count("nanousdIn", 0));
  lm.nanousd_out = static_cast<std::int64_t>(members.count("nanousdOut", 0));
  if (members.failure()) return *members.failure();
  return lm;
}

Result<std::shared_ptr<const Scoring>> scoring_of(const Json& json, const Program& program) {
  auto scoring = std::make_shared<Scoring>();
  const Json& metric = member(json, "metric");
  if (!metric.is_object()) return wrong("metric", "an object is expected");
  if (metric.contains("name")) {
    auto named = metric_from_json(metric);
    if (!named) return named.error();
    if (!program.run_by_host()) {
      std::string known;
      bool found = false;
      for (const auto& [name, wire] : program.outputs()) {
        found = found || name == named->field;
        known += (known.empty() ? "" : ", ") + name;
      }
      if (!found)
        return wrong("metric.field", format("the program has no output \"{}\"; it has {}", {named->field, known}));
    }
    scoring->version = named->name + "(" + named->field + ")";
    scoring->metric = std::move(*named);
  } else {
    scoring->version = text_member(metric, "version", "host");
    Members members(metric, "metric");
    scoring->calls = static_cast<std::int64_t>(members.count("calls", 0, 1000));
    if (members.failure()) return *members.failure();
  }
  if (const auto failure_score = Members(json, "spec").number("failureScore")) scoring->failure_score = *failure_score;
  return std::shared_ptr<const Scoring>(std::move(scoring));
}

Result<DatasetPtr> rows_of(const Json& json, const char* key, std::string name, const Program& program, bool needed) {
  auto set = std::make_shared<Dataset>();
  set->name = std::move(name);
  const Json& rows = member(json, key);
  if (rows.is_null()) {
    if (needed) return wrong(key, "rows are missing");
    return DatasetPtr(std::move(set));
  }
  if (!rows.is_array() || rows.size() > most_rows) return wrong(key, "a list of at most a million rows is expected");
  if (needed && rows.empty()) return wrong(key, "there is not one row");
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const std::string where = format("{}[{}]", {key, k});
    if (!rows[k].is_object()) return wrong(where, "a row is an object, field -> value");
    for (const auto& field : program.inputs())
      if (!rows[k].contains(field)) return wrong(where, format("the input \"{}\" is missing", {field}));
    set->rows.push_back(rows[k]);
  }
  return DatasetPtr(std::move(set));
}

BootstrapOptions bootstrap_options(Members& members) {
  BootstrapOptions options;
  options.max_bootstrapped_demos = members.count("maxBootstrappedDemos", 4, 10'000);
  options.max_labeled_demos = members.count("maxLabeledDemos", 16, 10'000);
  options.max_rounds = members.count("maxRounds", 1, 100);
  options.metric_threshold = members.number("metricThreshold");
  return options;
}

}  // namespace

Result<OptimizerSpec> optimizer_spec(const Json& optimizer) {
  if (!optimizer.is_object()) return wrong("optimizer", "an object with a name is expected");
  const std::string name = text_member(optimizer, "name");
  Members members(optimizer, "optimizer");
  std::variant<LabeledOptions, BootstrapOptions, RandomSearchOptions> options;
  if (name == "LabeledFewShot") {
    const std::size_t k = members.count("k", 16, 10'000);
    options = LabeledOptions{k, members.flag("sample", true)};
  } else if (name == "BootstrapFewShot") {
    options = bootstrap_options(members);
  } else if (name == "BootstrapFewShotWithRandomSearch") {
    RandomSearchOptions search;
    search.bootstrap = bootstrap_options(members);
    search.candidates = members.count("candidates", 16, 10'000);
    search.labeled_sample = members.flag("labeledSample", true);
    search.stop_at_score = members.number("stopAtScore");
    options = search;
  } else {
    return wrong(
        "optimizer.name",
        format("\"{}\" is not known; there are LabeledFewShot, BootstrapFewShot and BootstrapFewShotWithRandomSearch",
               {name}));
  }
  if (members.failure()) return *members.failure();
  return OptimizerSpec{name, options};
}

Result<CompileSpec> compile_spec(const Json& json) {
  auto optimizer = optimizer_spec(member(json, "optimizer"));
  if (!optimizer) return optimizer.error();
  auto student = program_of(json);
  if (!student) return student.error();
  std::shared_ptr<const Program> teacher;
  if (!member(json, "teacher").is_null()) {
    auto loaded = program_of(json, "teacher");
    if (!loaded) return loaded.error();
    teacher = std::make_shared<const Program>(std::move(*loaded));
  }
  auto lm = lm_of(json, *student);
  if (!lm) return lm.error();
  auto scoring = scoring_of(json, *student);
  if (!scoring) return scoring.error();
  auto train = rows_of(json, "train", "train", *student, true);
  if (!train) return train.error();
  auto val = rows_of(json, "val", "val", *student, false);
  if (!val) return val.error();
  auto test = rows_of(json, "test", "test", *student, false);
  if (!test) return test.error();
  if ((*val)->rows.empty()) *val = std::make_shared<const Dataset>(Dataset{"val", (*train)->rows});
  const std::size_t limit = Members(json, "spec").count("limit", 32, 100'000);
  return CompileSpec{std::move(*optimizer),          std::move(*student), std::move(teacher),
                     {*train, *val, *test},          std::move(*lm),      *scoring,
                     std::max<std::size_t>(limit, 1)};
}

Result<EvaluateSpec> evaluate_spec(const Json& json) {
  if (!json.is_object()) return wrong("spec", "an object is expected");
  auto program = program_of(json);
  if (!program) return program.error();
  auto lm = lm_of(json, *program);
  if (!lm) return lm.error();
  auto scoring = scoring_of(json, *program);
  if (!scoring) return scoring.error();
  auto rows = rows_of(json, "rows", "rows", *program, true);
  if (!rows) return rows.error();
  const std::size_t limit = Members(json, "spec").count("limit", 32, 100'000);
  return EvaluateSpec{std::move(*program), *rows, std::move(*lm), *scoring, std::max<std::size_t>(limit, 1)};
}

}  // namespace strop
