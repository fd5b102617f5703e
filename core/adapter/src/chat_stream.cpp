#include <algorithm>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>

#include "chat_header.hpp"
#include "common.hpp"
#include "stream_common.hpp"
#include "tolerant.hpp"

namespace strop::detail {
namespace {

/// A line may be a header until it cannot be one any more; its text is kept for so long.
class ChatStream final : public LineStream {
 public:
  ChatStream(const Adapter& adapter, const Signature& signature, Reading reading)
      : LineStream(adapter, signature, reading), names_(fields()), current_(fields().size()) {}

 private:
  enum class Line { blank, open, name, close, text };

  void character(char32_t c, std::string_view bytes) override {
    if (line_ == Line::text) return add(c, bytes);
    kept_ += bytes;
    if (line_ == Line::blank && is_python_space(c)) return;
    if (line_ == Line::blank) expect(Line::open);
    if (line_ == Line::name && is_word(c)) return name_.append(bytes), void();
    if (line_ == Line::name && !name_.empty()) expect(Line::close);
    const std::string_view marks = line_ == Line::open ? header_open : header_close;
    if (line_ == Line::name || bytes != marks.substr(matched_, 1)) return release();
    if (++matched_ < marks.size()) return;
    if (line_ == Line::close) return begin_section();
    expect(Line::name);
    name_.clear();
  }

  void line_end() override {
    if (line_ != Line::text) release();
    add_held();
    if (header_line_) section_.strip_line();
    header_line_ = false;
    section_.begin_line();
    line_ = Line::blank;
  }

  void end() override {
    if (line_ != Line::text) release();
    add_held();
    end_section();
  }

  void expect(Line part) {
    line_ = part;
    matched_ = 0;
  }

  /// The line is no header.
  void release() {
    line_ = Line::text;
    add_all(std::exchange(kept_, {}));
  }

  void begin_section() {
    end_section();
    if (doubted_) return;
    current_ = index_of(name_);
    if (current_ == fields().size() && reading() == Reading::tolerant && names_.find(name_) < names_.none())
      return doubt();
    if (current_ < fields().size() && begun_[current_]) current_ = fields().size();
    if (current_ < fields().size()) begun_[current_] = true;
    section_ = {};
    text_ = {};
    value_.clear();
    header_line_ = true;
    line_ = Line::text;
    // DSPy counts the header's length from the beginning of the line, even where blanks precede it.
    const std::size_t length = header_open.size() + count_code_points(name_) + header_close.size();
    const std::string line = std::exchange(kept_, {});
    add_all(without_characters(reading() == Reading::tolerant ? python_strip(line) : line, length));
  }

  void add_all(std::string_view text) {
    for_each_character(text, [&](char32_t c, std::string_view bytes) { return add(c, bytes), true; });
  }

  void add(char32_t c, std::string_view bytes) {
    if (doubted_) return;
    if (reading() == Reading::dspy) return take(c, bytes);
    held_ += bytes;
    if (!may_be_a_mark()) return add_held();
    if (held_.ends_with("[[") || held_.ends_with("<think") || held_.ends_with("</think")) doubt();
  }

  /// Whether what is held may be the beginning of a header in another spelling, with what is around one, or of a tag
  /// around the model's thinking.
  bool may_be_a_mark() const {
    constexpr std::string_view around = "*_`#>-[ \t", open = "<think", close = "</think";
    // What was held before may begin one: only its end has to be looked at.
    const std::string_view end = std::string_view(held_).substr(held_.size() - std::min(held_.size(), close.size()));
    const std::size_t tag = end.rfind('<');
    if (tag == end.npos) return around.find(held_.back()) != around.npos;
    const std::string_view rest = end.substr(tag);
    return open.starts_with(rest) || close.starts_with(rest);
  }

  void add_held() {
    const std::string text = std::exchange(held_, {});
    for_each_character(text, [&](char32_t c, std::string_view bytes) { return take(c, bytes), true; });
  }

  /// From here on only the whole reply tells what is meant.
  void doubt() {
    doubted_ = true;
    held_.clear();
  }

  void take(char32_t c, std::string_view bytes) {
    if (current_ == fields().size()) return;
    const std::string text = section_.add(c, bytes);
    if (text.empty()) return;
    if (!fields()[current_].type.is_str())
      value_ += text;
    else if (const std::string_view more = text_.add(fields()[current_], text); !more.empty())
      give_early(current_, more);
  }

  void end_section() {
    if (doubted_ || current_ == fields().size() || text_.certain()) return;
    const Field& field = fields()[current_];
    const std::string& text = field.type.is_str() ? text_.kept() : value_;
    Result<Json> value = read_output(field, text, reading());
    if (!value) return doubt();
    give_early(current_, std::move(value));
  }

  Names names_;
  Line line_ = Line::blank;
  std::string kept_;          // of a line that may be a header
  std::string name_;          // in it
  std::size_t matched_ = 0;   // of what a header has around its name
  bool header_line_ = false;  // the line began with a header
  std::size_t current_;       // the output whose section this is; their number for none
  Stripped section_;
  Unechoed text_;                                                 // of a str
  std::string value_;                                             // of any other output
  std::vector<bool> begun_ = std::vector<bool>(fields().size());  // outputs that had a section
  std::string held_;                                              // what may begin a mark
  bool doubted_ = false;
};

}  // namespace

std::unique_ptr<ReplyStream> chat_stream(const Adapter& adapter, const Signature& signature, Reading reading) {
  return std::make_unique<ChatStream>(adapter, signature, reading);
}

}  // namespace strop::detail
