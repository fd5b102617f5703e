#pragma once
#include <memory>
#include <string>
#include <strop/adapter/adapter.hpp>
#include <strop/engine/ask.hpp>
#include <strop/engine/task.hpp>
#include <strop/program/program.hpp>
#include <vector>

namespace strop {

/// How a run of optimizer or evaluation asks the model.
struct LmOptions {
  const Adapter* adapter = nullptr;
  Reading reading = Reading::tolerant;
  /// What the model can be held to, by the JSON adapter: "json_schema", "json_object", or empty for nothing.
  std::string response_format = {};
  Json config = Json::object();    ///< temperature, maxTokens, …: what every request carries
  std::int64_t max_tokens = 1024;  ///< the most that one reply can have, for reserving where config does not say
  std::int64_t nanousd_in = 0;     ///< the price of a token of input, in 1e-9 dollars
  std::int64_t nanousd_out = 0;
};

/// One call of a predictor within a run of a program.
struct TraceStep {
  std::string predictor;  ///< its path
  Json inputs;
  Json outputs;
};

/// What a run of a program on one example gave.
struct Rollout {
  Json prediction;  ///< an object
  std::vector<TraceStep> trace;
};

/// A program made ready to be run on many examples: what does not depend on the example is rendered once.
/// Shared and constant.
class Runner {
 public:
  Runner(Program program, LmOptions options);

  const Program& program() const { return program_; }
  const LmOptions& options() const { return options_; }

  /// What a predictor asks of the model.
  struct Request {
    std::string text;         ///< as it goes to the host: JSON, see lm/request.hpp
    std::int64_t tokens = 0;  ///< the most that the model counts of it, which is a token for each byte
  };

  /// The most that a run on these inputs costs; for a program that the host runs, whose prompts are not known here, a
  /// rough guess. Renders every request.
  Cost reserve(const Json& inputs) const;
  Request request(std::size_t predictor, const Json& inputs, const Json& config) const;

 private:
  Program program_;
  LmOptions options_;
  std::vector<Prompt> stable_;
  std::vector<Json> configs_;  ///< of the requests, before what a run adds
};
using RunnerPtr = std::shared_ptr<const Runner>;

/// Runs the program on the inputs of one example: effects "lm", one a step, or one effect "rollout" where the
/// host runs it. `config` is added to every request (temperature, rolloutId).
/// Throws Error{parse} where a reply cannot be read and Error{program} where the host's program failed.
///
/// Request of "rollout": {"program": hash in hexadecimal, "inputs", "config"}. Answer: {"prediction", "trace":
/// [{"predictor", "inputs", "outputs"}]}. The host learns the programs from events "program".
Task<Rollout> run_program(RunnerPtr runner, Json inputs, Json config);

/// Tells the host of a program that it is going to run. Does nothing for one that the core runs.
void announce(Scope& scope, const Program& program);

}  // namespace strop
