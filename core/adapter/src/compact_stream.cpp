#include <algorithm>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>

#include "common.hpp"
#include "compact.hpp"
#include "stream_common.hpp"

namespace strop::detail {
namespace {

/// A line may begin with a label until it cannot any more; its text is kept for so long.
class CompactStream final : public LineStream {
 public:
  CompactStream(const Adapter& adapter, const Signature& signature)
      : LineStream(adapter, signature, Reading::tolerant), done_(signature.outputs().empty()) {}

 private:
  void character(char32_t c, std::string_view bytes) override {
    if (done_) return;
    if (begun_) return add(c, bytes);
    (label_.empty() && is_python_space(c) ? blanks_ : label_) += bytes;
    if (!label_.empty() && !may_be_label(fields()) && !may_be_label(signature().inputs())) begin_line();
  }

  void line_end() override {
    if (done_) return;
    if (!begun_) begin_line();
    begun_ = false;
    if (done_) return;
    section_.strip_line();
    if (fields().size() == 1 && section_.begun()) finish_section();
  }

  void end() override {
    if (!done_ && !begun_) begin_line();
    if (!done_) finish_section();
  }

  bool may_be_label(std::span<const Field> fields) const {
    return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
      return field.prefix.size() > label_.size() &&
             equals_ignoring_case(label_, std::string_view(field.prefix).substr(0, label_.size()));
    });
  }

  /// It is known how the line begins.
  void begin_line() {
    begun_ = true;
    const std::string kept = std::exchange(blanks_, {}) + std::exchange(label_, {});
    std::string_view line = kept;
    if (const std::size_t found = find_label(fields(), line); found < fields().size()) {
      // The first label may come behind some words that are none of the value's.
      const bool repeats = found == 0 && !labelled_;
      if (!repeats && (given(found) || (found == current_ && section_.begun()))) return finish_section();
      if (!repeats) end_section();
      if (done_ || failed()) return;
      current_ = found;
      labelled_ = true;
      section_ = {};
      text_ = {};
      value_.clear();
    } else if (find_label(signature().inputs(), line) < signature().inputs().size()) {
      return finish_section();
    }
    section_.begin_line();
    for_each_character(line, [&](char32_t c, std::string_view bytes) { return add(c, bytes), true; });
  }

  void add(char32_t c, std::string_view bytes) {
    const std::string text = section_.add(c, bytes);
    if (text.empty()) return;
    const Field& field = fields()[current_];
    const bool certain = labelled_ || fields().size() == 1;
    if (!field.type.is_str() || !certain)
      value_ += text;
    else if (const std::string_view more = text_.add(field, text); !more.empty())
      give_early(current_, more);
  }

  void end_section() {
    if (!section_.begun() || text_.certain()) return;
    const Field& field = fields()[current_];
    const std::string& text = text_.kept().empty() ? value_ : text_.kept();
    Result<Json> value = read_output(field, text, reading());
    if (!value) return fail();
    give_early(current_, std::move(value));
  }

  void finish_section() {
    end_section();
    done_ = true;
  }

  bool done_;              // the model goes on with something else
  bool begun_ = false;     // it is known how the line begins; till then it is kept:
  std::string blanks_;     // white space,
  std::string label_;      // and what may be a label
  bool labelled_ = false;  // there was a label
  std::size_t current_ = 0;
  Stripped section_;
  Unechoed text_;      // of a str
  std::string value_;  // of any other output, or what may not be one
};

}  // namespace

std::unique_ptr<ReplyStream> compact_stream(const Adapter& adapter, const Signature& signature) {
  return std::make_unique<CompactStream>(adapter, signature);
}

}  // namespace strop::detail
