#include "prompt_view.hpp"

#include <algorithm>
#include <strop/value/members.hpp>
#include <utility>

namespace strop::practice {
namespace {

using Sections = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view requirement = "\n\nRespond with the corresponding output fields";
constexpr std::string_view not_supplied = "Not supplied for this particular example.";

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end; (end = text.find(separator)) != text.npos; text.remove_prefix(end + separator.size()))
    parts.push_back(text.substr(0, end));
  parts.push_back(text);
  return parts;
}

/// The strings of a type as the prompt prints it: Literal['a', "b's"].
std::vector<std::string> options_of(std::string_view type) {
  std::vector<std::string> options;
  if (type == "bool") return {"True", "False"};
  const auto start = type.find("Literal[");
  if (start == type.npos) return options;
  type.remove_prefix(start + 8);
  while (!type.empty() && type[0] != ']') {
    const char quote = type[0];
    if (quote == '\'' || quote == '"') {
      const auto end = type.find(quote, 1);
      if (end == type.npos) break;
      options.emplace_back(type.substr(1, end - 1));
      type.remove_prefix(end + 1);
    } else {
      const auto end = std::min(type.find_first_of(",]"), type.size());
      if (const auto bare = trimmed(type.substr(0, end)); !bare.empty()) options.emplace_back(bare);
      type.remove_prefix(end);
    }
    while (!type.empty() && (type[0] == ',' || type[0] == ' ')) type.remove_prefix(1);
  }
  return options;
}

/// [[ ## name ## ]] sections.
Sections sections_of(std::string_view text) {
  Sections sections;
  for (const auto line : split(text, "\n")) {
    if (line.starts_with("[[ ## ") && line.ends_with(" ## ]]")) {
      sections.emplace_back(line.substr(6, line.size() - 12), "");
    } else if (!sections.empty()) {
      auto& value = sections.back().second;
      if (!value.empty()) value += '\n';
      value += line;
    }
  }
  for (auto& [name, value] : sections) value = trimmed(value);
  return sections;
}

std::string joined_inputs(const Sections& sections) {
  std::string text;
  for (const auto& [name, value] : sections) {
    if (!text.empty()) text += '\n';
    text += value;
  }
  return text;
}

void read_outputs(std::string_view system, PromptView& view) {
  const auto from = system.find("Your output fields are:\n");
  if (from == system.npos) return;
  for (const auto line : split(system.substr(from), "\n")) {
    if (line.starts_with("All interactions")) break;
    const auto open = line.find('`'), close = line.find("` (");
    if (open == line.npos || close == line.npos || close <= open) continue;
    const auto type = line.substr(close + 3, std::min(line.find("):", close), line.size()) - close - 3);
    view.slots.push_back(
        {std::string(line.substr(open + 1, close - open - 1)), options_of(type), type == "int" || type == "float"});
  }
}

Result<PromptView> read_chat(const Json& messages) {
  PromptView view;
  std::string_view pending;
  for (const Json& message : messages) {
    const std::string_view text = message["content"].get_ref<const std::string&>();
    const Json& role = member(message, "role");
    if (role == "system") {
      read_outputs(text, view);
      const auto objective = text.rfind("your objective is:");
      view.instruction = text.substr(objective == text.npos ? 0 : objective + 18);
    } else if (role == "assistant") {
      Shot shot{joined_inputs(sections_of(pending)), std::vector<std::string>(view.slots.size())};
      for (const auto& [name, value] : sections_of(text))
        for (std::size_t k = 0; k < view.slots.size(); ++k)
          if (view.slots[k].name == name && value != not_supplied) shot.outputs[k] = value;
      view.shots.push_back(std::move(shot));
    } else {
      pending = text;
    }
  }
  if (view.slots.empty())
    return Failure{"practice_prompt",
                   "the practice model reads the chat and compact adapters' prompts; this is neither"};
  view.input = joined_inputs(sections_of(pending.substr(0, pending.rfind(requirement))));
  return view;
}

/// "Label: value" at the start of a line, where the label looks like a field's: Capitalized Words.
std::size_t label_end(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == line.npos || colon == 0 || colon > 60 || line[0] < 'A' || line[0] > 'Z') return 0;
  if (colon + 1 < line.size() && line[colon + 1] != ' ') return 0;
  return colon;
}

Sections labeled_lines(std::string_view block) {
  Sections sections;
  for (const auto line : split(block, "\n")) {
    if (const auto end = label_end(line)) {
      sections.emplace_back(line.substr(0, end), trimmed(line.substr(end + 1)));
    } else if (!sections.empty()) {
      sections.back().second.append(1, '\n').append(line);
    }
  }
  return sections;
}

Result<PromptView> read_compact(std::string_view prompt) {
  PromptView view;
  view.compact = true;
  auto blocks = split(prompt, "\n\n");
  const Sections query = labeled_lines(blocks.back());
  if (query.empty() || !query.back().second.empty())
    return Failure{"practice_prompt",
                   "a compact prompt ends with the label of the field to fill in, such as `Answer:`"};
  blocks.pop_back();
  const std::string& asked = query.back().first;
  view.input = joined_inputs(Sections(query.begin(), query.end() - 1));

  std::vector<Sections> demos;
  for (const auto block : blocks) {
    Sections lines = labeled_lines(block);
    if (std::any_of(lines.begin(), lines.end(), [&](auto& line) { return line.first == asked; })) {
      demos.push_back(std::move(lines));
    } else if (demos.empty()) {
      view.instruction.append(block).append(1, '\n');
    }
  }
  view.slots.push_back({asked, {}, false});
  for (const auto& demo : demos) {  // further outputs stand behind the first one in the demos
    auto line = std::find_if(demo.begin(), demo.end(), [&](auto& each) { return each.first == asked; });
    for (++line; line != demo.end(); ++line)
      if (std::none_of(view.slots.begin(), view.slots.end(), [&](auto& slot) { return slot.name == line->first; }))
        view.slots.push_back({line->first, {}, false});
  }
  constexpr std::string_view one_of = "nswer with one of: ";
  if (const auto at = view.instruction.rfind(one_of); at != std::string::npos) {
    auto list = std::string_view(view.instruction).substr(at + one_of.size());
    list = list.substr(0, list.find(".\n"));
    for (const auto option : split(list, ", ")) view.slots.back().options.emplace_back(trimmed(option));
  }
  for (const auto& demo : demos) {
    Shot shot{"", std::vector<std::string>(view.slots.size())};
    Sections inputs;
    for (const auto& line : demo) {
      const auto slot =
          std::find_if(view.slots.begin(), view.slots.end(), [&](auto& each) { return each.name == line.first; });
      if (slot == view.slots.end())
        inputs.push_back(line);
      else
        shot.outputs[static_cast<std::size_t>(slot - view.slots.begin())] = line.second;
    }
    shot.input = joined_inputs(inputs);
    view.shots.push_back(std::move(shot));
  }
  return view;
}

}  // namespace

Result<PromptView> read_prompt(const Json& request) {
  const Json& messages = member(request, "messages");
  if (!messages.is_array() || messages.empty()) return Failure{"practice_prompt", "a request needs messages"};
  for (const Json& message : messages)
    if (!message.is_object() || !message.contains("content"))
      return Failure{"practice_prompt", "every message needs content"};
  for (const Json& message : messages)
    if (!message["content"].is_string())
      return Failure{"practice_prompt", "the practice model reads text messages only"};
  if (member(request, "completion") != true) return read_chat(messages);
  return read_compact(messages.back()["content"].get_ref<const std::string&>());
}

}  // namespace strop::practice
