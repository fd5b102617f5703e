#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <strop/evaluate/metrics.hpp>
#include <strop/text/format.hpp>
#include <strop/text/nfd.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/sort.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <strop/value/parse_json.hpp>
#include <strop/value/python_value.hpp>

namespace strop {
namespace {

using Words = std::vector<std::string>;

bool is_ascii_punctuation(char32_t c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

bool is_mark(char32_t c) { return (c >= 0x300 && c <= 0x36F) || c == 0x3099 || c == 0x309A; }
/// A letter of a script that has two cases: Latin, Greek, Cyrillic, Armenian.
bool is_cased(char32_t c) {
  return is_word(c) && c != '_' && !(c >= '0' && c <= '9') && (c < 0x590 || (c >= 0x1E00 && c < 0x2000));
}

/// Letters in lower case. A sigma that ends a word becomes ς, as in str.lower().
std::u32string lowered(std::string_view text) {
  std::u32string lower_case;
  bool in_word = false;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    bool ends_word = c == U'Σ' && in_word;
    for (std::size_t ahead = at; ends_word && ahead < text.size();) {
      const char32_t next = next_code_point(text, ahead);
      if (is_mark(next) ||
          (next < 0x80 && std::string_view("'.:^`").find(static_cast<char>(next)) != std::string_view::npos))
        continue;
      ends_word = !is_cased(next);
      break;
    }
    lower_case += ends_word ? U'ς' : lower(c);
    if (!is_mark(c)) in_word = is_cased(c);
  }
  return lower_case;
}

Words words_of(std::string_view normalized) {
  Words words;
  for (std::size_t end = 0; end < normalized.size(); ++end) {
    const std::size_t begin = end;
    end = std::min(normalized.find(' ', begin), normalized.size());
    words.emplace_back(normalized.substr(begin, end - begin));
  }
  return words;
}

std::size_t shared_words(Words a, Words b) {
  sort(a);
  sort(b);
  Words shared;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(shared));
  return shared.size();
}

double f1_of_normalized(std::string_view prediction, std::string_view answer) {
  const Words predicted = words_of(prediction), expected = words_of(answer);
  const auto shared = static_cast<double>(shared_words(predicted, expected));
  if (shared == 0) return 0;
  const double precision = shared / static_cast<double>(predicted.size());
  const double recall = shared / static_cast<double>(expected.size());
  return (2 * precision * recall) / (precision + recall);
}

/// The tokens of DPR's tokenizer: runs of letters, digits and marks, and every other character that is neither space
/// nor control by itself.
Words dpr_tokens(std::string_view text) {
  Words tokens;
  bool in_word = false;
  const std::string normalized = normalize_text(text);
  for (std::size_t at = 0; at < normalized.size();) {
    const char32_t c = next_code_point(normalized, at);
    const bool word = (is_word(c) && c != '_') || is_mark(c);
    const bool silent = is_python_space(c) || c < ' ' || (c >= 0x7F && c <= 0x9F) || c == 0xAD ||
                        (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
                        (c >= 0xE000 && c <= 0xF8FF) || c == 0xFEFF;
    if (!silent && (!word || !in_word)) tokens.emplace_back();
    if (!silent) append_code_point(tokens.back(), c);
    in_word = word;
  }
  return tokens;
}

/// Python's ==, also of what is inside.
bool equal(const Json& a, const Json& b) {
  if (a.is_array() && b.is_array()) return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
  if (!a.is_object() || !b.is_object()) return python_equal(a, b);
  if (a.size() != b.size()) return false;
  std::map<std::string_view, const Json*> others;
  for (const auto& [key, value] : members(b)) others.emplace(key, &value);
  for (const auto& [key, value] : members(a)) {
    const auto other = others.find(key);
    if (other == others.end() || !equal(value, *other->second)) return false;
  }
  return true;
}

/// Whether the text reads as the value, which is none.
bool reads_as(const Json& text, const Json& value) {
  const std::string_view stripped = python_strip(text.get_ref<const std::string&>());
  if (stripped == python_str(value)) return true;
  const Result<Json> read = parse_json(stripped);
  return read && equal(*read, value);
}

bool exactly(const Json& expected, const Json& predicted) {
  if (expected.is_string() && predicted.is_string())
    return python_strip(expected.get_ref<const std::string&>()) ==
           python_strip(predicted.get_ref<const std::string&>());
  if (expected.is_string()) return reads_as(expected, predicted);
  if (predicted.is_string()) return reads_as(predicted, expected);
  return equal(expected, predicted);
}

/// The best that `compare` finds among the answers; 0 without any.
template <class Compare>
double best(const Words& answers, std::string_view prediction, Compare compare) {
  double best = 0;
  for (const std::string& answer : answers) best = std::max(best, static_cast<double>(compare(prediction, answer)));
  return best;
}

const Json* member(const Json* object, const char* key) {
  if (!object || !object->is_object()) return nullptr;
  const auto found = object->find(key);
  return found == object->end() ? nullptr : &*found;
}

std::optional<Words> texts(const Json* value, bool one_will_do) {
  if (value && one_will_do && value->is_string()) return Words{value->get<std::string>()};
  if (!value || !value->is_array() ||
      !std::all_of(value->begin(), value->end(), [](const Json& item) { return item.is_string(); }))
    return {};
  return value->get<Words>();
}

Failure failure(std::string message) { return {"metric", std::move(message)}; }

}  // namespace

std::string normalize_text(std::string_view text) {
  std::u32string kept = lowered(to_nfd(text));
  std::erase_if(kept, is_ascii_punctuation);

  std::string normalized;
  const auto word_at = [&](std::size_t i) { return i < kept.size() && is_word(kept[i]); };
  for (std::size_t at = 0; at < kept.size();) {
    const bool gap = normalized.empty() || normalized.back() == ' ';
    if (is_python_space(kept[at])) {
      if (!gap) normalized += ' ';
      ++at;
      continue;
    }
    std::size_t end = at;
    while (word_at(end)) ++end;
    const std::u32string_view word = std::u32string_view(kept).substr(at, end - at);
    if (word == U"a" || word == U"an" || word == U"the") {  // becomes a blank
      if (!gap) normalized += ' ';
      at = end;
      continue;
    }
    for (end = std::max(end, at + 1); at < end; ++at) append_code_point(normalized, kept[at]);
  }
  if (normalized.ends_with(' ')) normalized.pop_back();
  return normalized;
}

double precision_score(std::string_view prediction, std::string_view answer) {
  const Words predicted = words_of(normalize_text(prediction));
  const std::size_t shared = shared_words(predicted, words_of(normalize_text(answer)));
  return shared == 0 ? 0 : static_cast<double>(shared) / static_cast<double>(predicted.size());
}

double f1_score(std::string_view prediction, std::string_view answer) {
  return f1_of_normalized(normalize_text(prediction), normalize_text(answer));
}

double hotpot_f1_score(std::string_view prediction, std::string_view answer) {
  const std::string a = normalize_text(prediction), b = normalize_text(answer);
  const auto closed = [](std::string_view text) { return text == "yes" || text == "no" || text == "noanswer"; };
  return a != b && (closed(a) || closed(b)) ? 0 : f1_of_normalized(a, b);
}

bool em_score(std::string_view prediction, std::string_view answer) {
  return normalize_text(prediction) == normalize_text(answer);
}

bool passage_match(const std::vector<std::string>& passages, const std::vector<std::string>& answers) {
  std::vector<Words> wanted;
  wanted.reserve(answers.size());
  for (const std::string& answer : answers) wanted.push_back(dpr_tokens(answer));
  return std::any_of(passages.begin(), passages.end(), [&](const std::string& passage) {
    const Words tokens = dpr_tokens(passage);
    return std::any_of(wanted.begin(), wanted.end(), [&](const Words& answer) {
      return answer.empty() || std::search(tokens.begin(), tokens.end(), answer.begin(), answer.end()) != tokens.end();
    });
  });
}

Result<Json> dspy_metric(std::string_view name, const Json& arguments) {
  const Json *example = member(&arguments, "example"), *pred = member(&arguments, "pred");
  const std::optional<Words> answers =
      texts(example ? member(example, "answer") : member(&arguments, "answers"), example != nullptr);

  if (name == "answer_passage_match") {
    const std::optional<Words> passages = texts(member(pred, "context"), false);
    if (!passages || !answers)
      return failure("answer_passage_match needs pred.context (array of texts) and example.answer");
    return Json(passage_match(*passages, *answers));
  }
  const Json* prediction = pred ? member(pred, "answer") : member(&arguments, "prediction");
  if (!prediction || !prediction->is_string()) return failure(format("{}: the prediction is no text", {name}));
  const auto& predicted = prediction->get_ref<const std::string&>();

  const Json* truth = member(&arguments, "ground_truth");
  if (truth && truth->is_string()) {
    const auto& answer = truth->get_ref<const std::string&>();
    if (name == "em_score") return Json(em_score(predicted, answer));
    if (name == "f1_score") return Json(f1_score(predicted, answer));
    if (name == "hotpot_f1_score") return Json(hotpot_f1_score(predicted, answer));
    if (name == "precision_score") return Json(precision_score(predicted, answer));
  }
  if (answers && !answers->empty()) {
    if (name == "EM") return Json(best(*answers, predicted, em_score) == 1);
    if (name == "F1") return Json(best(*answers, predicted, f1_score));
    if (name == "HotPotF1") return Json(best(*answers, predicted, hotpot_f1_score));
    if (name == "answer_exact_match") {
      const Json* frac = member(&arguments, "frac");
      const double needed = frac && frac->is_number() ? frac->get<double>() : 1;
      return Json(needed >= 1 ? best(*answers, predicted, em_score) == 1
                              : best(*answers, predicted, f1_score) >= needed);
    }
  }
  return failure(format("there is no metric {} for these arguments", {name}));
}

Result<Metric> metric_from_json(const Json& json) {
  const Json *name = member(&json, "name"), *field = member(&json, "field");
  if (!name || !name->is_string() || !field || !field->is_string() || field->get_ref<const std::string&>().empty())
    return failure(R"(a metric is {"name": "exact", "normalized" or "f1", "field": the field it looks at})");
  Metric metric{name->get<std::string>(), field->get<std::string>()};
  if (metric.name != "exact" && metric.name != "normalized" && metric.name != "f1")
    return failure(format("there is no metric \"{}\": use exact, normalized or f1, or a function", {metric.name}));
  return metric;
}

Result<double> score(const Metric& metric, const Json& example, const Json& prediction) {
  const Json *expected = member(&example, metric.field.c_str()), *predicted = member(&prediction, metric.field.c_str());
  if (!expected)
    return failure(format("the metric \"{}\" looks at the field \"{}\", which the example does not have",
                          {metric.name, metric.field}));
  if (!predicted)
    return failure(format("the metric \"{}\" looks at the field \"{}\", which the prediction does not have",
                          {metric.name, metric.field}));
  if (metric.name == "exact") return exactly(*expected, *predicted) ? 1.0 : 0.0;

  Words answers;
  if (expected->is_array() && !predicted->is_array()) {
    for (const Json& answer : *expected) answers.push_back(python_str(answer));
  } else {
    answers.push_back(python_str(*expected));
  }
  const std::string text = python_str(*predicted);
  if (metric.name == "normalized") return best(answers, text, em_score);
  return best(answers, text, f1_score);
}

}  // namespace strop
