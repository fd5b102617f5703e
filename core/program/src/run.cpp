#include <strop/lm/request.hpp>
#include <strop/program/run.hpp>
#include <strop/program/state.hpp>
#include <strop/signature/response_format.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>

namespace strop {
namespace {

std::string hexadecimal(std::uint64_t number) {
  std::string digits(16, '0');
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, number >>= 4)
    *digit = "0123456789abcdef"[number & 15];
  return digits;
}

Json merged(Json config, const Json& more) {
  for (const auto& [key, value] : members(more)) config[key] = value;
  return config;
}

std::size_t size_of(const Prompt& prompt) {
  std::size_t bytes = 0;
  for (const auto& message : prompt.messages)
    bytes += message.content.is_string() ? message.content.get_ref<const std::string&>().size()
                                         : dump_json(message.content).size();
  return bytes;
}

Task<Rollout> run_by_host(RunnerPtr runner, Json inputs, Json config) {
  const Cost reserve = runner->reserve(inputs);
  const Json request = Object()
                           .set("program", hexadecimal(runner->program().hash()))
                           .set("inputs", std::move(inputs))
                           .set("config", std::move(config));
  std::string request_json = dump_json(request, JsonStyle::compact);
  const std::string answer = co_await ask("rollout", std::move(request_json), reserve);
  auto json = parse_json(answer);
  if (!json || !member(*json, "prediction").is_object())
    throw Error(Fault::fatal, "the answer to a rollout must hold a prediction");
  Rollout rollout{(*json)["prediction"], {}};
  for (const Json& step : json->value("trace", Json::array())) {
    if (!step.is_object() || (step.contains("predictor") && !step["predictor"].is_string()))
      throw Error(Fault::fatal, "a step in the trace of a rollout must be an object with the path of its predictor");
    rollout.trace.push_back(
        {step.value("predictor", ""), step.value("inputs", Json::object()), step.value("outputs", Json::object())});
  }
  co_return rollout;
}

}  // namespace

Runner::Runner(Program program, LmOptions options) : program_(std::move(program)), options_(std::move(options)) {
  if (program_.run_by_host()) return;
  for (const auto& predictor : program_.predictors()) {
    stable_.push_back(options_.adapter->stable(predictor.signature, predictor.demos));
    Json config = options_.config;
    if (options_.adapter->name() == "json" && !options_.response_format.empty() && !config.contains("responseFormat")) {
      config["responseFormat"] = options_.response_format == "json_schema" ? response_format(predictor.signature)
                                                                           : Object().set("type", "json_object");
    }
    configs_.push_back(std::move(config));
  }
}

Cost Runner::reserve(const Json& inputs) const {
  constexpr std::int64_t bytes_of_token = 8;  // more than a token of a reply has when it is read again
  const auto calls = static_cast<std::int64_t>(program_.predictors().size());
  Cost cost{.runs = 1, .calls = calls};
  std::int64_t read = 0;
  if (program_.run_by_host()) {
    read = (static_cast<std::int64_t>(dump_json(inputs).size()) + 256) * calls;
  } else {
    for (std::size_t step = 0; step < program_.steps().size(); ++step) {
      read += request(program_.steps()[step].predictor, inputs, Json::object()).tokens;
      // A later step reads what earlier ones wrote, so every reply may be read again by all that follow.
      read += bytes_of_token * options_.max_tokens * static_cast<std::int64_t>(step);
    }
  }
  const std::int64_t replies = options_.max_tokens * calls;
  cost.tokens = read + replies;
  cost.nanousd = read * options_.nanousd_in + replies * options_.nanousd_out;
  return cost;
}

Runner::Request Runner::request(std::size_t predictor, const Json& inputs, const Json& config) const {
  const auto& signature = program_.predictors()[predictor].signature;
  const Prompt call = options_.adapter->call(signature, inputs);
  const Json& own = configs_[predictor];
  const std::size_t shape = own.contains("responseFormat") ? dump_json(own["responseFormat"]).size() : 0;
  const std::size_t tokens = size_of(stable_[predictor]) + size_of(call) + shape;
  return {request_text(join(stable_[predictor], call), merged(own, config)), static_cast<std::int64_t>(tokens)};
}

Task<Rollout> run_program(RunnerPtr runner, Json inputs, Json config) {
  const Program& program = runner->program();
  if (program.run_by_host()) co_return co_await run_by_host(std::move(runner), std::move(inputs), std::move(config));

  if (const auto cannot = program.unsupported()) throw Error(Fault::fatal, cannot->message, "unsupported");

  const LmOptions& options = runner->options();
  Rollout rollout{Json::object(), {}};
  for (const Step& step : program.steps()) {
    Json values = Json::object();
    for (const auto& [field, wire] : step.inputs) {
      const Json& source = wire.step == Wire::program_input ? inputs : rollout.trace[wire.step].outputs;
      if (const auto found = source.find(wire.field); found != source.end()) values[field] = *found;
    }
    const Predictor& predictor = program.predictors()[step.predictor];
    Runner::Request request = runner->request(step.predictor, values, config);
    const Cost reserve{.runs = rollout.trace.empty(),
                       .calls = 1,
                       .tokens = request.tokens + options.max_tokens,
                       .nanousd = request.tokens * options.nanousd_in + options.max_tokens * options.nanousd_out};
    const std::string reply = co_await ask("lm", std::move(request.text), reserve);
    auto text = parse_json(reply);
    if (!text || !text->is_string()) throw Error(Fault::fatal, "the answer to a model call must be a JSON text");
    auto outputs = options.adapter->parse(predictor.signature, text->get_ref<const std::string&>(), options.reading);
    if (!outputs) throw Error(Fault::parse, outputs.error().message);
    rollout.trace.push_back({predictor.path, std::move(values), std::move(*outputs)});
  }
  for (const auto& [name, wire] : program.outputs()) {
    const Json& source = wire.step == Wire::program_input ? inputs : rollout.trace[wire.step].outputs;
    rollout.prediction[name] = source.value(wire.field, Json());
  }
  co_return rollout;
}

void announce(Scope& scope, const Program& program) {
  if (!program.run_by_host()) return;
  Json predictors = Json::object();
  for (const auto& predictor : program.predictors()) predictors[predictor.path] = predictor_state(predictor);
  scope.emit(Object()
                 .set("event", "program")
                 .set("program", hexadecimal(program.hash()))
                 .set("predictors", std::move(predictors)));
}

}  // namespace strop
