#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/text/xml.hpp>

namespace strop {
namespace {

constexpr std::size_t deepest = 200;
constexpr std::size_t most_attributes = 200;  // of an element: each is compared with those before it

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Whether XML 1.0 allows the character.
bool is_character(char32_t c) { return c >= 0x20 ? c != 0xfffe && c != 0xffff : c == '\t' || c == '\n' || c == '\r'; }

bool begins_name(char32_t c) { return c == '_' || (is_word(c) && !(c >= '0' && c <= '9')); }

bool continues_name(char32_t c) { return c == '-' || c == '.' || c == 0xb7 || is_word(c); }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<XmlElement> read() {
    std::vector<XmlElement> open(1);  // the root and the elements that are not closed yet
    while (ok_ && at_ < text_.size()) {
      if (text_[at_] != '<')
        read_text(end_of(open.back()));
      else if (skip("<!--"))
        skip_comment();
      else if (skip("<![CDATA["))
        take_to("]]>", "CDATA", end_of(open.back()));
      else if (skip("<?"))
        skip_instruction();
      else if (skip("</"))
        close(open);
      else
        read_tag(open);
    }
    if (ok_ && open.size() > 1) fail(format("<{}> is not closed", {open.back().tag}));
    if (!ok_) return where();
    return std::move(open.front());
  }

 private:
  /// Where text goes that comes now.
  static std::string& end_of(XmlElement& element) {
    return element.children.empty() ? element.text : element.children.back().tail;
  }

  void fail(std::string what) {
    if (ok_) what_ = std::move(what);
    ok_ = false;
  }

  Failure where() const {
    std::size_t line = 1, begun = 0;
    for (std::size_t i = 0; i < at_ && i < text_.size(); ++i)
      if (text_[i] == '\n') ++line, begun = i + 1;
    const std::size_t column = count_code_points(text_.substr(begun, at_ - begun)) + 1;
    return {"bad_xml", format("line {}, column {}: {}", {line, column, what_})};
  }

  bool skip(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  /// Takes one character into `text`; \r\n and \r are \n.
  void take(std::string& text) {
    if (text_[at_] == '\r') {
      at_ += text_.substr(at_).starts_with("\r\n") ? 2 : 1;
      text += '\n';
      return;
    }
    std::size_t next = at_;
    if (!is_character(next_code_point(text_, next))) return fail("a character that XML does not allow");
    text += text_.substr(at_, next - at_);
    at_ = next;
  }

  void read_text(std::string& text) {
    while (ok_ && at_ < text_.size() && text_[at_] != '<') {
      if (text_[at_] == '&')
        read_reference(text);
      else if (text_.substr(at_).starts_with("]]>"))
        fail("]]> outside of CDATA");
      else
        take(text);
    }
  }

  void read_reference(std::string& text) {
    constexpr std::size_t longest = 12;
    const std::size_t end = text_.substr(at_, longest).find(';');
    if (end == text_.npos) return fail("an & that begins no reference; it should be &amp;");
    const std::string_view name = text_.substr(at_ + 1, end - 1);
    constexpr std::pair<std::string_view, char> known[] = {
        {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    for (const auto& [entity, character] : known) {
      if (name != entity) continue;
      text += character;
      at_ += end + 1;
      return;
    }
    char32_t code = 0;
    if (!read_number(name, code) || !is_character(code) || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
      return fail(format("&{}; is no known reference; a bare & should be &amp;", {name}));
    append_code_point(text, code);
    at_ += end + 1;
  }

  /// `#10` or `#x1F600`
  static bool read_number(std::string_view name, char32_t& code) {
    if (!name.starts_with('#')) return false;
    name.remove_prefix(1);
    const bool hex = name.starts_with('x');
    if (hex) name.remove_prefix(1);
    if (name.empty() || name.size() > 8) return false;
    for (const char c : name) {
      const char low = static_cast<char>(c | 0x20);
      if (c >= '0' && c <= '9')
        code = code * (hex ? 16 : 10) + static_cast<char32_t>(c - '0');
      else if (hex && low >= 'a' && low <= 'f')
        code = code * 16 + static_cast<char32_t>(low - 'a' + 10);
      else
        return false;
    }
    return true;
  }

  /// Takes what comes before the end, which is passed over; false where it does not come, or something is before it
  /// that may not be.
  bool take_to(std::string_view end, const char* what, std::string& text) {
    while (ok_ && at_ < text_.size()) {
      if (skip(end)) return true;
      take(text);
    }
    fail(format("{} is not closed", {what}));
    return false;
  }

  void skip_comment() {
    std::string comment;
    if (take_to("--", "a comment", comment) && !skip(">")) fail("-- within a comment");
  }

  void skip_instruction() {
    const std::string_view target = read_name();
    if (target == "xml" || target == "XML") return fail("an XML declaration that is not at the beginning");
    std::string instruction;
    take_to("?>", "a processing instruction", instruction);
  }

  /// Empty where there is none.
  std::string_view read_name() {
    const std::size_t begun = at_;
    for (std::size_t next = at_; next < text_.size(); at_ = next) {
      const char32_t c = next_code_point(text_, next);
      if (!(at_ == begun ? begins_name(c) : continues_name(c))) break;
    }
    if (at_ == begun)
      fail("a name is expected; a bare < should be &lt;");
    else if (at_ < text_.size() && text_[at_] == ':')
      fail("a namespace that is not declared");
    return text_.substr(begun, at_ - begun);
  }

  void close(std::vector<XmlElement>& open) {
    const std::string_view name = read_name();
    if (!ok_) return;
    if (open.size() == 1) return fail(format("</{}> closes nothing", {name}));
    if (name != open.back().tag) return fail(format("</{}>, but <{}> is open", {name, open.back().tag}));
    skip_space();
    if (!skip(">")) return fail("> is expected");
    move_into_parent(open);
  }

  static void move_into_parent(std::vector<XmlElement>& open) {
    XmlElement element = std::move(open.back());
    open.pop_back();
    open.back().children.push_back(std::move(element));
  }

  void read_tag(std::vector<XmlElement>& open) {
    ++at_;
    XmlElement element{.tag = std::string(read_name())};
    while (ok_) {
      const std::size_t before = at_;
      skip_space();
      if (skip("/>")) {
        open.push_back(std::move(element));
        return move_into_parent(open);
      }
      if (skip(">")) {
        if (open.size() > deepest) return fail("nested too deep");
        open.push_back(std::move(element));
        return;
      }
      if (at_ >= text_.size()) return fail(format("the tag <{}> is not closed", {element.tag}));
      if (at_ == before) return fail("a space or > is expected");
      read_attribute(element);
    }
  }

  void read_attribute(XmlElement& element) {
    std::string name = skip("xml:") ? "xml:" : "";  // the one prefix that needs no declaration
    name += read_name();
    if (!ok_) return;
    if (name == "xmlns") return fail("namespaces are not read");
    if (element.attributes.size() == most_attributes) return fail("too many attributes");
    for (const auto& [other, value] : element.attributes)
      if (other == name) return fail(format("the attribute {} twice", {name}));
    skip_space();
    if (!skip("=")) return fail("= is expected");
    skip_space();
    const char quote = at_ < text_.size() ? text_[at_] : ' ';
    if (quote != '"' && quote != '\'') return fail("a value in quotes is expected");
    ++at_;
    std::string value;
    while (ok_ && at_ < text_.size() && text_[at_] != quote) {
      const bool space = is_space(text_[at_]);
      if (text_[at_] == '<') return fail("< in an attribute; it should be &lt;");
      if (text_[at_] == '&') {
        read_reference(value);
        continue;
      }
      take(value);
      if (space) value.back() = ' ';
    }
    if (!skip({&quote, 1})) return fail("the quote is not closed");
    element.attributes.emplace_back(std::move(name), std::move(value));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ok_ = true;
  std::string what_;
};

}  // namespace

Result<XmlElement> parse_xml(std::string_view content) { return Parser(content).read(); }

void append_xml_text(std::string& text, std::string_view value) {
  for (const char c : value) {
    if (c == '&')
      text += "&amp;";
    else if (c == '<')
      text += "&lt;";
    else
      text += c;
  }
}

void append_xml_attribute(std::string& text, std::string_view value) {
  const bool single = value.find('"') != value.npos && value.find('\'') == value.npos;
  text += single ? '\'' : '"';
  for (const char c : value) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '\n':
        text += "&#10;";
        break;
      case '\r':
        text += "&#13;";
        break;
      case '\t':
        text += "&#9;";
        break;
      case '"':
        if (!single) {
          text += "&quot;";
          break;
        }
        [[fallthrough]];
      default:
        text += c;
    }
  }
  text += single ? '\'' : '"';
}

namespace {

/// ElementTree escapes what is between tags more than our own texts are: > too.
void append_escaped(std::string& text, std::string_view value) {
  for (const char c : value) {
    if (c == '>')
      text += "&gt;";
    else
      append_xml_text(text, {&c, 1});
  }
}

}  // namespace

void append_xml(std::string& text, const XmlElement& element) {
  (text += '<') += element.tag;
  for (const auto& [name, value] : element.attributes) {
    ((text += ' ') += name) += "=\"";
    for (const char c : value) {
      if (c == '"')
        text += "&quot;";
      else if (c == '\n')
        text += "&#10;";
      else if (c == '\r')
        text += "&#13;";
      else if (c == '\t')
        text += "&#09;";
      else
        append_escaped(text, {&c, 1});
    }
    text += '"';
  }
  if (element.text.empty() && element.children.empty()) {
    text += " />";
  } else {
    append_escaped(text += '>', element.text);
    for (const XmlElement& child : element.children) append_xml(text, child);
    ((text += "</") += element.tag) += '>';
  }
  append_escaped(text, element.tail);
}

}  // namespace strop
