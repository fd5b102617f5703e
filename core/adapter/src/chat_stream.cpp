#include <strop/schema/parse_value.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>

#include "chat_header.hpp"
#include "common.hpp"
#include "stream_common.hpp"

namespace strop::detail {
namespace {

/// A line may be a header until it cannot be one any more; its text is kept for so long.
class ChatStream final : public LineStream {
 public:
  explicit ChatStream(const Signature& signature) : LineStream(signature), current_(signature.outputs().size()) {}

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
    if (header_line_) section_.strip_line();
    header_line_ = false;
    section_.begin_line();
    line_ = Line::blank;
  }

  void end() override {
    if (line_ != Line::text) release();
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
    if (failed()) return;
    current_ = index_of(name_);
    if (current_ < fields().size() && given(current_)) current_ = fields().size();
    section_ = {};
    text_ = {};
    value_.clear();
    header_line_ = true;
    line_ = Line::text;
    // DSPy counts the header's length from the beginning of the line, even where blanks precede it.
    const std::size_t length = header_open.size() + count_code_points(name_) + header_close.size();
    const std::string line = std::exchange(kept_, {});
    add_all(without_characters(line, length));
  }

  void add_all(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t begun = at;
      const char32_t c = next_code_point(text, at);
      add(c, text.substr(begun, at - begun));
    }
  }

  void add(char32_t c, std::string_view bytes) {
    if (current_ == fields().size()) return;
    const std::string text = section_.add(c, bytes);
    if (text.empty()) return;
    if (!fields()[current_].type.is_str())
      value_ += text;
    else if (const std::string_view more = text_.add(fields()[current_], text); !more.empty())
      give_text(current_, more);
  }

  void end_section() {
    if (current_ == fields().size()) return;
    const Field& field = fields()[current_];
    if (text_.certain()) return;
    const std::string& value = field.type.is_str() ? text_.kept() : value_;
    if (is_echo(field, value)) return fail();
    give(current_, parse_value(Json(value), field.type));
  }

  Line line_ = Line::blank;
  std::string kept_;          // of a line that may be a header
  std::string name_;          // in it
  std::size_t matched_ = 0;   // of what a header has around its name
  bool header_line_ = false;  // the line began with a header
  std::size_t current_;       // the output whose section this is; their number for none
  Stripped section_;
  Unechoed text_;      // of a str
  std::string value_;  // of any other output
};

}  // namespace

std::unique_ptr<ReplyStream> chat_stream(const Signature& signature) { return std::make_unique<ChatStream>(signature); }

}  // namespace strop::detail
