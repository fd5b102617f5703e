#pragma once
#include <string>
#include <string_view>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>
#include <vector>

namespace strop {

/// A metric that the core knows, of one field. As JSON: {"name": "exact", "field": "answer"}.
///
/// - `exact`: 1 where the prediction's value equals the example's as in Python: 1 and 1.0 are equal, the order of keys
/// is
///   no matter; texts are stripped first. Where only one side is text, as in rows out of a CSV file, it is compared by
///   what it reads as, as JSON or as Python's str() of the other.
/// - `normalized`: 1 where both are the same after normalize_text (DSPy's EM).
/// - `f1`: the F1 of their words after normalize_text, from 0 to 1 (DSPy's F1).
///
/// For the last two a value that is no text is taken as Python's str() of it; an array in the example, where the
/// prediction's value is none, holds all answers that are right: the best of them counts.
struct Metric {
  std::string name;   ///< exact, normalized or f1
  std::string field;  ///< of the example and of the prediction
};

/// Failure `metric`: no object, an unknown name, or no field.
Result<Metric> metric_from_json(const Json& json);

/// From 0 to 1. Failure `metric` names the field where the example or the prediction does not have it.
/// Linear in the values but for the sorting of their words.
Result<double> score(const Metric& metric, const Json& example, const Json& prediction);

// DSPy's text metrics (dspy.evaluate.metrics), with its results.

/// Taken apart (see to_nfd), lower case (see lower, with the final sigma), without ASCII punctuation and the words
/// a, an and the, white space made one blank. Accents stay: "Café" and "Cafe" differ.
std::string normalize_text(std::string_view text);

/// Shared words over the prediction's; 0 without any.
double precision_score(std::string_view prediction, std::string_view answer);
/// Harmonic mean of precision and recall of the words, each counted as often as it is there; 0 without a shared one.
double f1_score(std::string_view prediction, std::string_view answer);
/// f1_score, but 0 where one is yes, no or noanswer and the other is not the same.
double hotpot_f1_score(std::string_view prediction, std::string_view answer);
bool em_score(std::string_view prediction, std::string_view answer);

/// Whether the words of one of the answers stand side by side in one of the passages, as DPR's tokenizer sees words.
bool passage_match(const std::vector<std::string>& passages, const std::vector<std::string>& answers);

/// One of DSPy's functions by its name and named arguments: em_score, f1_score, hotpot_f1_score, precision_score with
/// {prediction, ground_truth}; EM, F1, HotPotF1 with {prediction, answers}; answer_exact_match with {example: {answer},
/// pred: {answer}, frac?}; answer_passage_match with {example: {answer}, pred: {context}}. The answer of an example is
/// a text or an array of them. A number or a bool. Failure `metric` for an unknown name or arguments that do not fit.
Result<Json> dspy_metric(std::string_view name, const Json& arguments);

}  // namespace strop
