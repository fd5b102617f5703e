#include <algorithm>
#include <array>
#include <strop/program/modules.hpp>
#include <strop/schema/tool_calls.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_value.hpp>

namespace strop {
namespace {

constexpr std::size_t most_tools = 256, most_attempts = 256;

constexpr std::array names = std::to_array<const char*>(
    {"Predict", "ChainOfThought", "MultiChainComparison", "ReAct", "ReActV2", "ProgramOfThought", "CodeAct"});

using Predictors = std::vector<ModulePredictor>;

Failure wrong(std::string message) { return {"program", std::move(message)}; }

Field field(Role role, std::string_view field_name, const char* desc = nullptr, Type type = {}) {
  Field made{.name = std::string(field_name), .type = std::move(type), .role = role};
  if (desc) made.desc = desc;
  return made;
}

Signature with_reasoning(const Signature& signature) { return signature.prepend(field(Role::output, "reasoning")); }

std::vector<Field> copied(std::span<const Field> fields) { return {fields.begin(), fields.end()}; }

/// As dspy.Signature(fields, instructions) makes it.
Signature made_of(std::vector<Field> fields, std::string_view instructions) {
  return Signature(std::move(fields), "").with_instructions(instructions);
}

/// What ReAct and CodeAct extract the outputs with, from the inputs and what was done.
Signature extracting(const Signature& signature) {
  return with_reasoning(made_of(signature.fields(), signature.instructions()).append(field(Role::input, "trajectory")));
}

struct Tool {
  std::string name, text;  ///< as DSPy shows it: its str()
};

/// Of tools with one name the last stays, at the place of the first.
void add_tool(std::vector<Tool>& tools, Tool tool) {
  const auto known = std::find_if(tools.begin(), tools.end(), [&](const Tool& t) { return t.name == tool.name; });
  if (known == tools.end())
    tools.push_back(std::move(tool));
  else
    *known = std::move(tool);
}

Result<std::vector<Tool>> tools_of(const Json& module) {
  const Json& given = member(module, "tools");
  std::vector<Tool> tools;
  if (given.is_null()) return tools;
  if (!given.is_array() || given.size() > most_tools) return wrong("\"tools\" is a list of at most 256 tools");
  for (std::size_t k = 0; k < given.size(); ++k) {
    const std::string tool_name = text_member(given[k], "name");
    const Json &desc = member(given[k], "desc"), &args = member(given[k], "args");
    if (tool_name.empty() || !(desc.is_null() || desc.is_string()) || !(args.is_null() || args.is_object()))
      return wrong(
          format("tools[{}] must have a name, perhaps a text \"desc\" and \"args\", JSON Schemas by name", {k}));
    add_tool(tools, {tool_name, tool_text(given[k])});
  }
  return tools;
}

/// The instructions and an empty line; nothing where there are none.
std::string introduction(const Signature& signature) {
  return signature.instructions().empty() ? "" : signature.instructions() + "\n\n";
}

void append_list(std::string& text, const std::vector<Tool>& tools) {
  for (std::size_t k = 0; k < tools.size(); ++k) text += format("\n({}) {}", {k + 1, tools[k].text});
}

Result<Predictors> react(const Signature& signature, std::vector<Tool> tools) {
  const std::string inputs = quoted_names(signature.inputs()), outputs = quoted_names(signature.outputs());
  const std::string finish = format(
      "Marks the task as complete. That is, signals that all information for producing the outputs, i.e. {}, are now "
      "available to be extracted.",
      {outputs});
  add_tool(tools, {"finish", tool_text(Object().set("name", "finish").set("desc", finish))});
  std::string text =
      introduction(signature) +
      format(
          "You are an Agent. In each episode, you will be given the fields {} as input. And you can see your past "
          "trajectory so far.\n"
          "Your goal is to use one or more of the supplied tools to collect any necessary information for producing "
          "{}.\n\n"
          "To do this, you will interleave next_thought, next_tool_name, and next_tool_args in each turn, and also "
          "when finishing the task.\n"
          "After each tool call, you receive a resulting observation, which gets appended to your trajectory.\n\n"
          "When writing next_thought, you may reason about the current situation and plan for future steps.\n"
          "When selecting the next_tool_name and its next_tool_args, the tool must be one of:\n",
          {inputs, outputs});
  append_list(text, tools);
  text += "\nWhen providing `next_tool_args`, the value inside the field must be in JSON format";

  Type one_of_them{.kind = Type::Kind::literal};
  for (const Tool& tool : tools) one_of_them.values.emplace_back(tool.name);
  Type arguments{.kind = Type::Kind::dict, .arguments = {Type{}, Type{.kind = Type::Kind::any}}};
  Signature acting = made_of(copied(signature.inputs()), text)
                         .append(field(Role::input, "trajectory"))
                         .append(field(Role::output, "next_thought"))
                         .append(field(Role::output, "next_tool_name", nullptr, std::move(one_of_them)))
                         .append(field(Role::output, "next_tool_args", nullptr, std::move(arguments)));
  return Predictors{{"react", std::move(acting)}, {"extract.predict", extracting(signature)}};
}

/// Optional[…] of the type, unless it has None already.
Type optional(Type type) {
  if (allows_none(type)) return type;
  if (type.kind != Type::Kind::one_of) type = Type{.kind = Type::Kind::one_of, .arguments = {std::move(type)}};
  type.arguments.push_back(Type{.kind = Type::Kind::null});
  return type;
}

/// The name in `reserved` that one of the fields has.
std::optional<Failure> reserved_name(std::span<const Field> fields, std::initializer_list<std::string_view> reserved) {
  for (const Field& each : fields)
    if (std::find(reserved.begin(), reserved.end(), each.name) != reserved.end())
      return wrong(format("ReActV2 uses the name \"{}\" itself; rename the field", {each.name}));
  return std::nullopt;
}

Result<Predictors> react_v2(const Signature& signature, const std::vector<Tool>& tools) {
  if (auto taken = reserved_name(signature.outputs(), {"history", "termination_reason"})) return std::move(*taken);
  if (auto taken = reserved_name(signature.inputs(), {"history", "tools"})) return std::move(*taken);
  std::string known;
  for (const Tool& tool : tools) {
    if (tool.name == "submit") return wrong("ReActV2 uses the name \"submit\" itself; rename the tool");
    known += '`' + tool.name + "`, ";
  }
  std::vector<Field> fields;
  for (const Field& each : signature.inputs()) {
    fields.push_back(field(Role::input, each.name, nullptr, optional(each.type)));
    fields.back().desc = each.desc;
  }
  Type tool_list{.kind = Type::Kind::list, .arguments = {Type{.kind = Type::Kind::tool}}};
  fields.push_back(field(Role::input, "history", nullptr, Type{.kind = Type::Kind::history}));
  fields.push_back(field(Role::input, "tools", nullptr, std::move(tool_list)));
  fields.push_back(field(Role::output, "next_thought", nullptr, Type{.kind = Type::Kind::reasoning}));
  fields.push_back(field(Role::output, "tool_calls", nullptr, Type{.kind = Type::Kind::tool_calls}));

  const std::string inputs = quoted_names(signature.inputs()), outputs = quoted_names(signature.outputs());
  const std::string text = format(
      "{}\nYou are an Agent. Use the supplied tools to produce {} from {}.\nCall tools when more information is "
      "needed.\nWhen the final answer is ready, call `submit` with {}.\nThe available tools are: {}`submit`.",
      {signature.instructions(), outputs, inputs, outputs, known});
  return Predictors{{"react", made_of(std::move(fields), python_strip(text))}};
}

Result<Predictors> multi_chain_comparison(const Signature& signature, const Json& module) {
  if (signature.outputs().empty()) return wrong("MultiChainComparison needs an output to compare");
  const Json& given = member(member(module, "args"), "M");
  if (!given.is_null() && (!given.is_number_integer() || given < 0 || given > most_attempts))
    return wrong("args.M is the number of attempts, at most 256");
  const int attempts = given.is_null() ? 3 : given.get<int>();
  Signature comparing = signature;
  for (int k = 1; k <= attempts; ++k) {
    Field attempt = field(Role::input, format("reasoning_attempt_{}", {k}), "${reasoning attempt}");
    attempt.prefix = format("Student Attempt #{}:", {k});
    comparing = comparing.append(std::move(attempt));
  }
  Field rationale = field(Role::output, "rationale", "${corrected reasoning}");
  rationale.prefix = "Accurate Reasoning: Thank you everyone. Let's now holistically";
  return Predictors{{"predict", comparing.prepend(std::move(rationale))}};
}

Result<Predictors> program_of_thought(const Signature& signature) {
  const auto inputs_and = [&](std::initializer_list<Field> more) {
    std::vector<Field> fields = copied(signature.inputs());
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
  };
  const Field code = field(Role::output, "generated_code", "python code that answers the question");
  const std::string outputs = quoted_names(signature.outputs());

  const Signature generate(inputs_and({code}), "");
  const std::string made = quoted_names(generate.outputs());
  const std::string generating = format(
      "You will be given {} and you will respond with {}.\n"
      "Generating executable Python code that programmatically computes the correct {}.\n"
      "After you're done with the computation and think you have the final output, make sure to submit your output by "
      "calling the preloaded function `SUBMIT()`.\n"
      "You must structure your output in a dict, like {\"field_a\": value_a, ...}, with the correct value mapping for "
      "the field(s): {}.",
      {quoted_names(generate.inputs()), made, made, outputs});

  const Signature regenerate(
      inputs_and({field(Role::input, "previous_code", "previously-generated python code that errored"),
                  field(Role::input, "error", "error message from previously-generated python code"), code}),
      "");
  const std::string correcting = format(
      "You are given {} due to an error in previous code.\n"
      "Your task is to correct the error and provide the new `generated_code`.",
      {quoted_names(regenerate.inputs())});

  std::vector<Field> last =
      inputs_and({field(Role::input, "final_generated_code", "python code that answers the question"),
                  field(Role::input, "code_output", "output of previously-generated python code")});
  last.insert(last.end(), signature.outputs().begin(), signature.outputs().end());
  const Signature answer(std::move(last), "");
  const std::string answering = format("Given the final code {}, provide the final {}.",
                                       {quoted_names(answer.inputs()), quoted_names(answer.outputs())});

  return Predictors{{"code_generate.predict", with_reasoning(generate.with_instructions(generating))},
                    {"code_regenerate.predict", with_reasoning(regenerate.with_instructions(correcting))},
                    {"generate_output.predict", with_reasoning(answer.with_instructions(answering))}};
}

Result<Predictors> code_act(const Signature& signature, const std::vector<Tool>& tools) {
  const std::string inputs = quoted_names(signature.inputs()), outputs = quoted_names(signature.outputs());
  std::string text =
      introduction(signature) +
      format(
          "You are an intelligent agent. For each episode, you will receive the fields {} as input.\n"
          "Your goal is to generate executable Python code that collects any necessary information for producing {}.\n"
          "For each iteration, you will generate a code snippet that either solves the task or progresses towards the "
          "solution.\n"
          "Ensure any output you wish to extract from the code is printed to the console. The code should be enclosed "
          "in a fenced code block.\n"
          "When all information for producing the outputs ({}) are available to be extracted, mark `finished=True` "
          "besides the final Python code.\n"
          "You have access to the Python Standard Library and the following functions:",
          {inputs, outputs, outputs});
  append_list(text, tools);
  Signature acting =
      made_of(copied(signature.inputs()), text)
          .append(field(Role::input, "trajectory"))
          .append(field(Role::output, "generated_code",
                        "Python code that when executed, produces output relevant to answering the question"))
          .append(field(Role::output, "finished", "a boolean flag to determine if the process is done",
                        Type{.kind = Type::Kind::boolean}));
  return Predictors{{"codeact", std::move(acting)}, {"extractor.predict", extracting(signature)}};
}

}  // namespace

std::optional<ModuleKind> module_kind_named(std::string_view wanted) {
  const auto found = std::find(names.begin(), names.end(), wanted);
  if (found == names.end()) return std::nullopt;
  return static_cast<ModuleKind>(found - names.begin());
}

const char* name(ModuleKind kind) { return names[static_cast<std::size_t>(kind)]; }

bool runs_in_core(ModuleKind kind) { return kind <= ModuleKind::chain_of_thought; }

Result<Predictors> module_predictors(ModuleKind kind, const Signature& signature, const Json& module) {
  if (kind == ModuleKind::predict) return Predictors{{"", signature}};
  if (kind == ModuleKind::chain_of_thought) return Predictors{{"predict", with_reasoning(signature)}};
  if (!has_all) return needs_all();
  auto tools = tools_of(module);
  if (!tools) return tools.error();
  switch (kind) {
    case ModuleKind::multi_chain_comparison:
      return multi_chain_comparison(signature, module);
    case ModuleKind::react:
      return react(signature, std::move(*tools));
    case ModuleKind::react_v2:
      return react_v2(signature, *tools);
    case ModuleKind::program_of_thought:
      return program_of_thought(signature);
    case ModuleKind::code_act:
      return code_act(signature, *tools);
    default:
      break;
  }
  return wrong("no module of that kind");
}

}  // namespace strop
