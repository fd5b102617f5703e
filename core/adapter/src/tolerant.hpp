#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "common.hpp"

/// How replies are read that are not quite in an adapter's format. All are linear in the reply times the fields.
namespace strop::detail {

/// Finds outputs by names that a model wrote: the name itself, else the one name or label that is the same when case,
/// blanks, hyphens and underscores do not count.
class Names {
 public:
  explicit Names(std::span<const Field> fields);

  std::size_t none() const { return fields_.size(); }
  /// The output of that name, or none().
  std::size_t find(std::string_view name) const;
  bool has_exactly(std::string_view name) const;
  /// Says in the outputs that the name is none of theirs, or could be of two.
  void note_unknown(Outputs& outputs, std::string_view name) const;

 private:
  std::span<const Field> fields_;
  std::vector<std::string> names_, labels_;  ///< folded
};

/// One way to read a reply: what of it, and whether as DSPy reads.
struct Attempt {
  std::string_view text;
  bool as_dspy;
};

/// The reply, and what is left of it behind the model's thinking, in the order in which they are read.
std::vector<Attempt> attempts_at(std::string_view reply, const Names& names);

/// The first attempt that gives all outputs. What is left of a reply must have one output at least. The readers are
/// functions of Outputs, Names and a text that give Outputs.
template <class ReadAsDspy, class ReadOtherwise>
Result<Json> best_reading(const Outputs& none, std::string_view reply, ReadAsDspy as_dspy, ReadOtherwise otherwise) {
  const Names names(none.fields());
  Best best;
  for (const Attempt& attempt : attempts_at(reply, names)) {
    Outputs outputs = attempt.as_dspy ? as_dspy(none, names, attempt.text) : otherwise(none, names, attempt.text);
    const bool counts = attempt.text.size() == reply.size() || outputs.count() > 0;
    if (counts && best.take(std::move(outputs))) break;
  }
  return std::move(best).result();
}

/// A header in one of its spellings: `[[ ## name ## ]]`, `[[##name]]`, `**[[ ## name ## ]]**`.
struct Header {
  std::string_view name;
  std::size_t begin, end;  ///< in its line, with the markup around it
};

/// Where the line has the end marker as its last words; nothing where it has not, or an output is called so.
std::optional<std::size_t> end_marker_in(std::string_view line, const Names& names);

/// Reads sections under headers in any spelling. False: there is no header of an output.
bool read_headers(Outputs& outputs, const Names& names, std::string_view text);

/// Reads lines that begin with a name and a colon, `**Answer:** Paris`, or are a heading that is a name, and what
/// follows them. False: there are none.
bool read_labels(Outputs& outputs, const Names& names, std::string_view text);

/// The JSON that a text means; null where that nests too deep.
Json repaired(std::string_view text);

/// The outermost pairs of braces, they included, that close each other; texts are not looked at.
std::vector<std::string_view> braces_in(std::string_view text);

/// Reads the outputs from a JSON object somewhere in the text, whose keys may be in any spelling, or from the one
/// object within it that has them. False: there is none with a key of an output.
bool read_objects(Outputs& outputs, const Names& names, std::string_view text);

}  // namespace strop::detail
