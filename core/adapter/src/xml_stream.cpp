#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/text/xml.hpp>

#include "common.hpp"
#include "stream_common.hpp"
#include "xml_value.hpp"

namespace strop::detail {
namespace {

/// Reads the elements of the reply for as long as they are plain: no comments, no name twice, no elements within a
/// text.
class EagerXml final : public WholeReply {
 public:
  using WholeReply::WholeReply;

  std::vector<FieldEvent> push(std::string_view text) override {
    WholeReply::push(text);
    for (const char c : text) {
      if (stopped_) break;
      read(c);
    }
    give_more();
    return take();
  }

 private:
  enum class Place { text, tag, reference };

  bool in_output() const { return depth_ > 0 && current_ < fields().size(); }
  bool in_text() const { return in_output() && fields()[current_].type.is_str(); }

  void read(char c) {
    if (in_output() && !in_text()) element_ += c;
    if (place_ == Place::tag) return read_tag(c);
    if (c == '<') {
      place_ = Place::tag;
      tag_.clear();
      quote_ = 0;
    } else if (!in_text()) {
      return;
    } else if (place_ == Place::reference || c == '&') {
      read_reference(c);
    } else {
      if (c != '\n' || !after_return_) text_ += c == '\r' ? '\n' : c;
      after_return_ = c == '\r';
    }
  }

  void read_reference(char c) {
    constexpr std::size_t longest = 12;
    place_ = Place::reference;
    reference_ += c;
    if (c != ';') {
      stopped_ = reference_.size() > longest;
      return;
    }
    place_ = Place::text;
    const auto meant = parse_xml(std::exchange(reference_, {}));
    if (meant)
      text_ += meant->text;
    else
      stopped_ = true;
  }

  void read_tag(char c) {
    if (c == quote_)
      quote_ = 0;
    else if (quote_ == 0 && (c == '"' || c == '\''))
      quote_ = c;
    if (quote_ != 0 || c != '>') {
      tag_ += c;
      return;
    }
    place_ = Place::text;
    const bool closes = tag_.starts_with('/'), empty = tag_.ends_with('/');
    if (tag_.starts_with('!') || tag_.starts_with('?')) {
      stopped_ = true;
    } else if (closes) {
      if (in_text() && std::string_view(tag_).substr(1) != fields()[current_].name) stopped_ = true;
      if (!stopped_ && in_output() && depth_ == 1) end_output();
      stopped_ = stopped_ || depth_ == 0;
      if (depth_ > 0) --depth_;
    } else if (depth_ == 0) {
      begin(empty);
    } else {
      stopped_ = in_text();
      if (!empty) ++depth_;
    }
  }

  void begin(bool empty) {
    current_ = index_of(tag_);
    stopped_ = tag_.starts_with("entry") || (current_ < fields().size() && started(current_)) ||
               (current_ == fields().size() && tag_.find_first_of(" \t\r\n/") != tag_.npos);
    if (!empty) ++depth_;
    element_ = '<' + tag_ + '>';
    strip_ = {};
    unechoed_ = {};
    after_return_ = false;
  }

  void give_more() {
    if (stopped_ || !in_text()) return;
    const std::string_view whole = whole_characters(text_);
    std::string more;
    for_each_character(whole, [&](char32_t c, std::string_view bytes) { return more += strip_.add(c, bytes), true; });
    text_.erase(0, whole.size());
    if (!more.empty()) give_early(current_, unechoed_.add(fields()[current_], more));
  }

  void end_output() {
    const Field& field = fields()[current_];
    if (in_text()) {
      give_more();
      if (unechoed_.certain()) return;
      if (is_echo(field, unechoed_.kept()))
        stopped_ = true;
      else
        give_early(current_, unechoed_.kept());
      return;
    }
    const auto root = parse_xml(std::exchange(element_, {}));
    stopped_ = !root || root->children.size() != 1;
    if (!stopped_) give_early(current_, read_xml_value({&root->children.front()}, field));
    stopped_ = stopped_ || failed();
  }

  bool stopped_ = false;
  Place place_ = Place::text;
  std::string tag_;
  char quote_ = 0;  // in a tag
  std::string reference_;
  std::size_t depth_ = 0;  // elements that are open
  std::size_t current_ = fields().size();
  std::string element_;  // of an output that is no str
  std::string text_;     // of one that is, as far as it was not looked at
  bool after_return_ = false;
  Stripped strip_;
  Unechoed unechoed_;
};

}  // namespace

std::unique_ptr<ReplyStream> eager_xml_stream(const Adapter& adapter, const Signature& signature, Reading reading) {
  return std::make_unique<EagerXml>(adapter, signature, reading);
}

}  // namespace strop::detail
