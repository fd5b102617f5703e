#include <strop/practice/practice.hpp>
#include <strop/value/members.hpp>

#include "prompt_view.hpp"
#include "reader.hpp"

namespace strop {
namespace {

constexpr std::uint64_t hash(std::string_view text, std::uint64_t state = 0xcbf29ce484222325) {  // FNV-1a
  for (const unsigned char byte : text) state = (state ^ byte) * 0x100000001b3;
  return state;
}

std::uint64_t mixed(std::uint64_t z) {  // the finalizer of SplitMix64
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/// Replies that miss the format, of a thousand: it is learnt from demos.
std::uint64_t misses(std::size_t shots) { return shots == 0 ? 350 : shots == 1 ? 200 : shots < 4 ? 100 : 30; }

std::string missed(const practice::PromptView& view, const std::string& value, std::uint64_t luck) {
  const std::string& name = view.slots.back().name;
  switch (luck % 3) {
    case 0:
      return view.compact ? " {" + name + "}\n" : "[[ ## " + name + " ## ]]\n{" + name + "}\n\n[[ ## completed ## ]]\n";
    case 1:
      return "```\nprint(\"" + value + "\")\n```";
    default:
      return "I would say that it is " + value + ", but I am not sure.";
  }
}

}  // namespace

Result<PracticeReply> practice_reply(const Json& request) {
  auto view = practice::read_prompt(request);
  if (!view) return view.error();
  std::uint64_t luck = hash(view->input);
  std::size_t bytes = 0;
  for (const Json& message : request["messages"]) {
    const auto& content = message["content"].get_ref<const std::string&>();
    luck = hash(content, luck);
    bytes += content.size();
  }
  if (const Json& id = member(member(request, "config"), "rolloutId"); id.is_number_integer())
    luck ^= mixed(id.get<std::uint64_t>() + 1);
  luck = mixed(luck);

  std::string text, last;
  for (std::size_t k = 0; k < view->slots.size(); ++k) {
    last = practice::answer(*view, k, mixed(luck + k));
    if (view->compact)
      text += (k == 0 ? " " : "\n" + view->slots[k].name + ": ") + last;
    else
      text += "[[ ## " + view->slots[k].name + " ## ]]\n" + last + "\n\n";
  }
  if (!view->compact) text += "[[ ## completed ## ]]\n";
  if (luck % 1000 < misses(view->shots.size())) text = missed(*view, last, luck / 1000);
  const auto tokens = [](std::size_t size) { return static_cast<std::int64_t>((size + 3) / 4); };
  return PracticeReply{text, tokens(bytes), tokens(text.size())};
}

}  // namespace strop
