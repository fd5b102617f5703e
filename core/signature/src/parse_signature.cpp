#include <strop/schema/parse_type.hpp>
#include <strop/signature/signature.hpp>
#include <strop/text/format.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/python_literal.hpp>

namespace strop {
namespace {

constexpr std::size_t max_bytes = std::size_t{1} << 20, max_fields = 1000;

struct ReadField {
  Field field;
  std::size_t at;  ///< where its name begins
};

/// One side of the arrow, read as the parameters of a Python function. `text` ends where the side ends and begins where
/// the signature begins, so that columns are those of the whole.
class SideReader {
 public:
  SideReader(std::string_view text, std::size_t at, Role role, const ClassTable* classes)
      : text_(text), at_(at), role_(role), classes_(classes) {}

  bool read(std::vector<ReadField>& fields) {
    for (skip(); at_ < text_.size(); skip()) {
      if (fields.size() > max_fields)
        return fail("bad_signature", at_, format("more than {} fields on one side", {max_fields}));
      if (double_star_) return fail("bad_signature", at_, "nothing may follow the **name");
      if (!read_parameter(fields)) return false;
      skip();
      if (at_ < text_.size() && text_[at_] != ',') return fail_after_field();
      if (at_ < text_.size()) ++at_;
    }
    if (bare_star_at_ != std::string_view::npos)
      return fail("bad_signature", bare_star_at_, "a name must follow the *");
    for (const ReadField& read : fields) {
      const std::string objection = objection_to_name(read.field.name);
      if (!objection.empty()) return fail("bad_signature", read.at, objection);
    }
    return true;
  }

  Failure& failure() { return failure_; }

 private:
  void skip() { skip_blanks(text_, at_); }

  bool fail(std::string_view code, std::size_t at, std::string_view what) {
    failure_ = {code, format("{}: {}", {column_text(text_, at), what})};
    return false;
  }

  std::string_view character(std::size_t at) const {
    std::size_t end = at;
    next_code_point(text_, end);
    return text_.substr(at, end - at);
  }

  bool read_parameter(std::vector<ReadField>& fields) {
    const std::size_t begin = at_;
    if (text_[at_] == '/') return read_slash(fields, begin);
    const std::size_t stars = text_.substr(at_).starts_with("**") ? 2 : text_[at_] == '*' ? 1 : 0;
    at_ += stars;
    if (stars > 0) skip();
    if (stars == 1 && (at_ == text_.size() || text_[at_] == ',')) {
      if (star_) return fail("bad_signature", begin, "a second *");
      star_ = true;
      bare_star_at_ = begin;
      return true;
    }
    ReadField read{Field{}, at_};
    if (!read_name(read.field)) return false;
    bool has_default = false;
    if (!read_type(read.field.type) || !read_default(has_default)) return false;
    if (stars > 0 && has_default) return fail("bad_signature", begin, "no default value behind a *");
    if (stars == 2) {
      double_star_ = true;
    } else if (stars == 1) {
      if (star_) return fail("bad_signature", begin, "a second *");
      star_ = true;
    } else if (star_) {
      bare_star_at_ = std::string_view::npos;
    } else {
      if (defaults_ && !has_default) {
        return fail("bad_signature", begin,
                    format("'{}' has no default value but follows a field that has one: put it before that field",
                           {read.field.name}));
      }
      defaults_ |= has_default;
      fields.push_back(std::move(read));
    }
    return true;
  }

  /// What stands before the slash can only be given by place in Python, and DSPy leaves it out.
  bool read_slash(std::vector<ReadField>& fields, std::size_t begin) {
    if (fields.empty() || slash_ || star_)
      return fail("bad_signature", begin, "a / must follow fields, and there is one at most: leave it out");
    slash_ = true;
    ++at_;
    fields.clear();
    return true;
  }

  bool read_name(Field& field) {
    const std::size_t begin = at_;
    const std::string_view name = scan_identifier(text_, at_);
    if (name.empty()) {
      if (at_ >= text_.size()) return fail("bad_signature", begin, "a field name is missing here");
      if (text_[at_] == ',') return fail("bad_signature", begin, "a field name is missing before the ','");
      if (text_[at_] >= '0' && text_[at_] <= '9')
        return fail("bad_signature", begin, "a field name cannot begin with a digit");
      return fail("bad_signature", begin, format("expected a field name, found '{}'", {character(begin)}));
    }
    field.name = name;
    field.role = role_;
    return true;
  }

  bool read_type(Type& type) {
    skip();
    if (at_ >= text_.size() || text_[at_] != ':') return true;
    ++at_;
    Result<Type> read = scan_type(text_, at_, classes_);
    if (!read) return failure_ = std::move(read).error(), false;
    if (read->kind == Type::Kind::null && read->name == "None")
      return true;  // DSPy takes the constant for no type at all
    type = std::move(*read);
    return true;
  }

  /// A default value ends at the next comma outside brackets and quotes.
  bool read_default(bool& has_default) {
    skip();
    if (at_ >= text_.size() || text_[at_] != '=') return true;
    const std::size_t sign = at_++;
    skip();
    const std::size_t begin = at_;
    std::size_t depth = 0;
    for (; at_ < text_.size() && (depth > 0 || text_[at_] != ','); ++at_) {
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        if (const auto quoted = read_python_string(text_, at_); !quoted)
          return fail("bad_signature", at_, quoted.error().message);
        --at_;
      } else if (c == '(' || c == '[' || c == '{') {
        ++depth;
      } else if (c == ')' || c == ']' || c == '}') {
        if (depth-- == 0) return fail("bad_signature", at_, format("unmatched '{}'", {text_.substr(at_, 1)}));
      }
    }
    if (at_ == begin) return fail("bad_signature", sign, "a value is missing after the '='");
    if (!parse_python_literal(text_.substr(begin, at_ - begin)))
      return fail("bad_signature", begin,
                  "a default value is a number, a text in quotes, True, False, None, or a list or dict of such");
    has_default = true;
    return true;
  }

  bool fail_after_field() {
    const char c = text_[at_];
    if (c == '-') return fail("bad_signature", at_, "a field name has no '-': use an underscore");
    if (c == ')' || c == ']' || c == '}')
      return fail("bad_signature", at_, format("unmatched '{}'", {text_.substr(at_, 1)}));
    if (c == '?') return fail("bad_signature", at_, "no '?' after a name: write name: Optional[str]");
    std::size_t end = at_;
    if (const std::string_view word = scan_identifier(text_, end); !word.empty()) {
      return fail("bad_signature", at_, format("expected ',' or ':' before '{}'", {word}));
    }
    return fail("bad_signature", at_, format("expected ',' after the field, found '{}'", {character(at_)}));
  }

  std::string_view text_;
  std::size_t at_;
  Role role_;
  const ClassTable* classes_;
  bool slash_ = false, star_ = false, double_star_ = false, defaults_ = false;
  std::size_t bare_star_at_ = std::string_view::npos;  ///< a bare * that no name follows yet
  Failure failure_;
};

constexpr std::string_view example = "write inputs -> outputs, such as \"question -> answer\"";

Failure no_arrow(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == text.npos)
    return {"bad_signature", format("the signature is empty: {}", {example})};
  for (const std::string_view wrong : {"=>", "→", "-", ">"}) {
    if (const std::size_t at = text.find(wrong); at != text.npos) {
      return {"bad_signature", format("{}: there is no '->', but a '{}': {}", {column_text(text, at), wrong, example})};
    }
  }
  return {"bad_signature", format("{}: there is no '->': {}", {column_text(text, text.size()), example})};
}

std::vector<Field> joined(std::vector<ReadField> inputs, std::vector<ReadField> outputs) {
  std::vector<Field> fields;
  for (auto* side : {&inputs, &outputs}) {
    for (ReadField& read : *side) fields.push_back(std::move(read.field));
  }
  return fields;
}

}  // namespace

Result<Signature> parse_signature(std::string_view text, std::optional<std::string_view> instructions,
                                  const ClassTable* classes) {
  if (text.size() > max_bytes)
    return Failure{"bad_signature", format("the signature is longer than {} bytes", {max_bytes})};
  const std::size_t arrow = text.find("->");
  if (arrow == text.npos) return no_arrow(text);
  if (const std::size_t second = text.find("->", arrow + 2); second != text.npos) {
    return Failure{"bad_signature",
                   format("{}: a second '->'; there must be exactly one, even in quotes", {column_text(text, second)})};
  }
  std::vector<ReadField> inputs, outputs;
  SideReader left(text.substr(0, arrow), 0, Role::input, classes), right(text, arrow + 2, Role::output, classes);
  if (!left.read(inputs)) return std::move(left.failure());
  if (!right.read(outputs)) return std::move(right.failure());
  for (const ReadField& output : outputs) {
    for (const ReadField& input : inputs) {
      if (input.field.name != output.field.name) continue;
      return Failure{"bad_signature", format("{}: '{}' is an input and an output: give them different names",
                                             {column_text(text, output.at), output.field.name})};
    }
  }
  const Signature signature(joined(std::move(inputs), std::move(outputs)), "");
  return signature.with_instructions(instructions.value_or(""));
}

}  // namespace strop
