#pragma once
#include <span>
#include <strop/adapter/adapter.hpp>
#include <strop/adapter/reply_stream.hpp>
#include <utility>

/// What the streams of the adapters share.
namespace strop::detail {

/// White space at both ends of a text that comes by characters: passed over at its beginning, kept back until more
/// follows it.
class Stripped {
 public:
  /// What of the text is certain with this character.
  std::string add(char32_t c, std::string_view bytes);
  /// Whether there is more than white space.
  bool begun() const { return begun_; }
  /// A line begins, within the text: behind a line end.
  void begin_line();
  /// The line's white space at its end is no part of the text.
  void strip_line() { space_.resize(line_); }

 private:
  bool begun_ = false;
  std::string space_;
  std::size_t line_ = 0;  // how much of it was there before the line
};

/// The text of a str, which is wrong if it only repeats its placeholder: kept back while it may.
class Unechoed {
 public:
  /// What of the text is certain; the view is into either.
  std::string_view add(const Field& field, std::string_view text);
  /// All that was kept back.
  const std::string& kept() const { return kept_; }
  bool certain() const { return certain_; }

 private:
  bool certain_ = false;
  std::string kept_;
};

/// A stream that has given what it has given.
class OutputStream : public ReplyStream {
 protected:
  explicit OutputStream(const Signature& signature) : signature_(signature), given_(signature.outputs().size()) {}

  const Signature& signature() const { return signature_; }
  std::span<const Field> fields() const { return signature_.outputs(); }
  /// The index of the output; fields().size() where there is none.
  std::size_t index_of(std::string_view name) const;

  bool given(std::size_t output) const { return given_[output]; }
  void give_text(std::size_t output, std::string_view text);
  /// A str's value as text. A failure ends the stream: parse() will tell it.
  void give(std::size_t output, Result<Json> value);
  void replace(std::size_t output, Json value);
  bool failed() const { return failed_; }
  void fail() { failed_ = true; }
  std::vector<FieldEvent> take() { return std::exchange(events_, {}); }

 private:
  Signature signature_;
  std::vector<bool> given_;
  std::vector<FieldEvent> events_;
  bool failed_ = false;
};

/// Waits for the end and reads the whole reply; what an adapter gives that can do no better.
class WholeReply : public OutputStream {
 public:
  WholeReply(const Adapter& adapter, const Signature& signature, Reading reading)
      : OutputStream(signature), adapter_(adapter), reading_(reading) {}
  std::vector<FieldEvent> push(std::string_view text) override;
  std::vector<FieldEvent> finish() override;

 protected:
  /// Outputs that were given before the end, and what was: finish() puts right what was wrong.
  void give_early(std::size_t output, std::string_view text);
  void give_early(std::size_t output, Result<Json> value);
  bool started(std::size_t output) const { return early_.size() > output && early_[output]; }
  Reading reading() const { return reading_; }

 private:
  const Adapter& adapter_;
  Reading reading_;
  std::string reply_;
  std::vector<std::optional<Json>> early_;
};

/// The text without the beginning of a character at its end.
std::string_view whole_characters(std::string_view text);

/// A stream that is read by characters. What it does not give, the whole reply does at the end.
class CharacterStream : public WholeReply {
 public:
  std::vector<FieldEvent> push(std::string_view text) final;
  std::vector<FieldEvent> finish() final;

 protected:
  using WholeReply::WholeReply;
  virtual void read(char32_t c, std::string_view bytes) = 0;
  /// Gives what is certain now that nothing follows.
  virtual void end() = 0;

 private:
  void read_all(std::string_view text);
  std::string cut_;  // the beginning of a character
};

/// A stream that is read by lines, as Python sees them.
class LineStream : public CharacterStream {
 protected:
  using CharacterStream::CharacterStream;
  virtual void character(char32_t c, std::string_view bytes) = 0;
  virtual void line_end() = 0;

 private:
  void read(char32_t c, std::string_view bytes) final;
  bool after_return_ = false;
};

std::unique_ptr<ReplyStream> chat_stream(const Adapter& adapter, const Signature& signature, Reading reading);
std::unique_ptr<ReplyStream> compact_stream(const Adapter& adapter, const Signature& signature);
std::unique_ptr<ReplyStream> eager_json_stream(const Adapter& adapter, const Signature& signature, Reading reading);
std::unique_ptr<ReplyStream> eager_xml_stream(const Adapter& adapter, const Signature& signature, Reading reading);

}  // namespace strop::detail
