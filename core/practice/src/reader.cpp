#include "reader.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace strop::practice {
namespace {

struct Word {
  std::string text;  ///< lower case; a punctuation mark is a word of its own
  std::size_t begin, end;
  bool mark;
};

std::vector<Word> words_of(std::string_view text) {
  const auto part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '\'' || c == '-' ||
           (c & 0x80);
  };
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    if (part(text[at])) {
      const auto begin = at;
      std::string word;
      for (; at < text.size() && part(text[at]); ++at)
        word += text[at] >= 'A' && text[at] <= 'Z' ? static_cast<char>(text[at] + 32) : text[at];
      words.push_back({std::move(word), begin, at, false});
    } else {
      if (text[at] > ' ') words.push_back({std::string(1, text[at]), at, at + 1, true});
      ++at;
    }
  }
  return words;
}

std::set<std::string> vocabulary(std::string_view text) {
  std::set<std::string> set;
  for (auto& word : words_of(text))
    if (!word.mark) set.insert(std::move(word.text));
  return set;
}

/// How much it says that two texts share a word: less, the more demos have it.
class Rarity {
 public:
  explicit Rarity(const std::vector<Shot>& shots) : shots_(shots.size()) {
    for (const auto& shot : shots)
      for (const auto& word : vocabulary(shot.input)) ++seen_[word];
  }
  double operator()(const std::string& word) const {
    const auto found = seen_.find(word);
    const double seen = found == seen_.end() ? 0.5 : static_cast<double>(found->second);
    return (static_cast<double>(shots_) + 1) / (seen + 1);
  }

 private:
  std::size_t shots_;
  std::map<std::string, std::size_t> seen_;
};

/// Likeness of two inputs; how they begin counts most, as it does in questions and commands.
double likeness(std::string_view a, std::string_view b, const Rarity& rarity) {
  const auto first = words_of(a), second = words_of(b);
  const auto known = vocabulary(b);
  double sum = 0;
  for (const auto& word : vocabulary(a))
    if (known.contains(word)) sum += rarity(word);
  double start = 0;
  for (std::size_t k = 0; k < std::min({first.size(), second.size(), std::size_t{3}}); ++k) {
    if (first[k].text != second[k].text) break;
    start += 6.0 / static_cast<double>(k + 1);
  }
  return start + sum / static_cast<double>(4 + std::min(first.size(), second.size()));
}

std::string choose(const PromptView& view, std::size_t slot, const std::vector<std::string>& options,
                   std::uint64_t luck) {
  const Rarity rarity(view.shots);
  const auto input = vocabulary(view.input);
  std::vector<double> merit(options.size(), 0);
  for (std::size_t k = 0; k < options.size(); ++k) {
    for (const auto& shot : view.shots)
      if (shot.outputs[slot] == options[k]) merit[k] = std::max(merit[k], likeness(view.input, shot.input, rarity));
    for (const auto& word : vocabulary(options[k]))
      if (input.contains(word)) merit[k] += 1.5;
  }
  // A sentence of the instruction that names an option speaks for it by the words that it shares with the input.
  std::string_view rest = view.instruction;
  while (!rest.empty()) {
    const auto end = std::min(rest.find_first_of(".;\n"), rest.size() - 1);
    const auto sentence = vocabulary(rest.substr(0, end + 1));
    rest.remove_prefix(end + 1);
    std::size_t named = 0, option = 0;
    for (std::size_t k = 0; k < options.size(); ++k) {
      const auto name = vocabulary(options[k]);
      if (!name.empty() && std::includes(sentence.begin(), sentence.end(), name.begin(), name.end()))
        ++named, option = k;
    }
    if (named != 1) continue;
    for (const auto& word : sentence)
      if (word.size() > 3 && input.contains(word)) merit[option] += 1;
  }
  std::size_t best = luck % options.size();
  for (std::size_t k = 0; k < options.size(); ++k)
    if (merit[k] > merit[best]) best = k;
  return options[best];
}

/// Where a demo's output stands in its input, by what is around it.
struct Place {
  std::string left, before_left, right;
  std::size_t length;
};

std::string word_at(const std::vector<Word>& words, std::ptrdiff_t index) {
  if (index < 0) return "^";
  return index < static_cast<std::ptrdiff_t>(words.size()) ? words[static_cast<std::size_t>(index)].text : "$";
}

Place place_of(const std::vector<Word>& words, std::size_t from, std::size_t length) {
  const auto at = static_cast<std::ptrdiff_t>(from);
  return {word_at(words, at - 1), word_at(words, at - 2), word_at(words, at + static_cast<std::ptrdiff_t>(length)),
          length};
}

std::vector<Place> places(const PromptView& view, std::size_t slot) {
  std::vector<Place> found;
  for (const auto& shot : view.shots) {
    const auto at = shot.outputs[slot].empty() ? std::string::npos : shot.input.find(shot.outputs[slot]);
    if (at == std::string::npos) continue;
    const auto words = words_of(shot.input);
    std::size_t from = 0, to = 0;
    while (from < words.size() && words[from].end <= at) ++from;
    for (to = from; to < words.size() && words[to].begin < at + shot.outputs[slot].size();) ++to;
    if (to > from) found.push_back(place_of(words, from, to - from));
  }
  return found;
}

/// The span of the input whose surroundings are most like those of the demos' outputs; empty if none is.
std::string extract(const PromptView& view, std::size_t slot) {
  static constexpr std::string_view light[] = {"a",    "an",  "the",  "my",  "our", "your", "this", "that", "i",
                                               "it",   "is",  "was",  "and", "of",  "to",   "for",  "in",   "on",
                                               "with", "has", "have", "but", "so",  "we",   "you"};
  const auto known = places(view, slot);
  if (2 * known.size() < view.shots.size() || known.empty()) return "";
  std::map<std::string, double> common;
  for (const auto& place : known) common[place.left] += 1, common[place.right + " "] += 1;
  std::size_t longest = 1;
  for (const auto& place : known) longest = std::max(longest, place.length);

  const auto words = words_of(view.input);
  const auto dull = [&](const Word& word) {
    return word.mark || std::find(std::begin(light), std::end(light), word.text) != std::end(light);
  };
  double best = 0;
  std::size_t best_from = 0, best_length = 0;
  for (std::size_t from = 0; from < words.size(); ++from) {
    for (std::size_t length = 1; length <= std::min<std::size_t>(longest, 8) && from + length <= words.size();
         ++length) {
      if (words[from + length - 1].mark) break;
      if (dull(words[from]) || dull(words[from + length - 1])) continue;
      const Place here = place_of(words, from, length);
      double merit = 0;
      for (const auto& place : known) {
        if (place.left == here.left) merit += 1 + (place.before_left == here.before_left ? 1 : 0);
        if (place.right == here.right) merit += 0.8;
        if (place.length == length) merit += 0.25;
      }
      merit /= static_cast<double>(known.size());
      for (std::size_t k = from; k < from + length; ++k) merit += 0.01 * static_cast<double>(words[k].text.size());
      if (merit > best) best = merit, best_from = from, best_length = length;
    }
  }
  if (best_length == 0) return "";
  const auto begin = words[best_from].begin;
  return view.input.substr(begin, words[best_from + best_length - 1].end - begin);
}

std::string number_in(std::string_view text) {
  const auto begin = text.find_first_of("0123456789");
  if (begin == text.npos) return "1";
  return std::string(text.substr(begin, std::min(text.find_first_not_of("0123456789", begin), text.size()) - begin));
}

const Shot* most_alike(const PromptView& view, std::size_t slot) {
  const Rarity rarity(view.shots);
  const Shot* best = nullptr;
  double merit = -1;
  for (const auto& shot : view.shots) {
    if (shot.outputs[slot].empty()) continue;
    if (const double like = likeness(view.input, shot.input, rarity); like > merit) merit = like, best = &shot;
  }
  return best;
}

std::string first_sentence(std::string_view text) {
  return std::string(text.substr(0, std::min(text.find_first_of(".!?\n"), text.size())));
}

}  // namespace

std::string answer(const PromptView& view, std::size_t slot, std::uint64_t luck) {
  const auto& [name, options, number] = view.slots[slot];
  if (name == "reasoning" || name == "Reasoning") {
    const Shot* like = most_alike(view, slot);
    if (!like) return "I go by the words of the input.";
    return "This is most like the example that begins \"" + first_sentence(like->input).substr(0, 60) + "\".";
  }
  if (!options.empty()) return choose(view, slot, options, luck);
  if (number) return number_in(view.input);
  if (auto span = extract(view, slot); !span.empty()) return span;
  if (const Shot* like = most_alike(view, slot)) return like->outputs[slot];
  return first_sentence(view.input);
}

}  // namespace strop::practice
