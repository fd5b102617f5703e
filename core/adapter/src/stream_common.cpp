#include "stream_common.hpp"

#include <strop/schema/parse_value.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>

#include "common.hpp"

namespace strop::detail {

std::string Stripped::add(char32_t c, std::string_view bytes) {
  if (!is_python_space(c)) {
    begun_ = true;
    line_ = 0;
    return std::exchange(space_, {}).append(bytes);
  }
  if (begun_) space_ += bytes;
  return {};
}

void Stripped::begin_line() {
  if (begun_) space_ += '\n';
  line_ = space_.size();
}

std::string_view Unechoed::add(const Field& field, std::string_view text) {
  if (certain_) return text;
  kept_ += text;
  std::string_view bare = kept_;
  if (bare.starts_with('$')) bare.remove_prefix(1);
  certain_ = !placeholder(field).starts_with(bare);
  return certain_ ? std::string_view(kept_) : std::string_view();
}

std::size_t OutputStream::index_of(std::string_view name) const {
  std::size_t at = 0;
  while (at < fields().size() && fields()[at].name != name) ++at;
  return at;
}

void OutputStream::give_text(std::size_t output, std::string_view text) {
  given_[output] = true;
  if (text.empty()) return;
  if (events_.empty() || events_.back().output != output || events_.back().value) events_.push_back({.output = output});
  events_.back().delta += text;
}

void OutputStream::give(std::size_t output, Result<Json> value) {
  if (!value)
    fail();
  else if (fields()[output].type.is_str() && value->is_string())
    give_text(output, value->get_ref<const std::string&>());
  else
    replace(output, std::move(*value));
}

void OutputStream::replace(std::size_t output, Json value) {
  given_[output] = true;
  events_.push_back({.output = output, .value = std::move(value)});
}

std::string_view whole_characters(std::string_view text) {
  for (std::size_t back = 1; back < 4 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const std::size_t size = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return size > back ? text.substr(0, text.size() - back) : text;
  }
  return text;
}

void CharacterStream::read_all(std::string_view text) {
  for_each_character(text, [&](char32_t c, std::string_view bytes) { return read(c, bytes), !failed(); });
}

std::vector<FieldEvent> CharacterStream::push(std::string_view text) {
  WholeReply::push(text);
  if (failed()) return {};
  std::string joined;
  if (!cut_.empty()) text = joined = std::exchange(cut_, {}).append(text);
  const std::string_view whole = whole_characters(text);
  cut_ = text.substr(whole.size());
  read_all(whole);
  return take();
}

std::vector<FieldEvent> CharacterStream::finish() {
  if (!failed()) read_all(std::exchange(cut_, {}));
  if (!failed()) end();
  return WholeReply::finish();
}

void LineStream::read(char32_t c, std::string_view bytes) {
  if (std::exchange(after_return_, c == '\r') && c == '\n') return;
  if (is_python_line_end(c))
    line_end();
  else
    character(c, bytes);
}

std::vector<FieldEvent> WholeReply::push(std::string_view text) {
  reply_ += text;
  return {};
}

void WholeReply::give_early(std::size_t output, std::string_view text) {
  early_.resize(fields().size());
  if (!early_[output]) early_[output] = "";
  early_[output]->get_ref<std::string&>() += text;
  give_text(output, text);
}

void WholeReply::give_early(std::size_t output, Result<Json> value) {
  early_.resize(fields().size());
  if (value) early_[output] = *value;
  give(output, std::move(value));
}

std::vector<FieldEvent> WholeReply::finish() {
  Result<Json> outputs = adapter_.parse(signature(), reply_, reading_);
  early_.resize(fields().size());
  for (std::size_t i = 0; outputs && i < fields().size(); ++i) {
    const Json& value = *member(*outputs, fields()[i].name);
    std::optional<Json>& early = early_[i];
    if (!early) {
      give(i, value);
    } else if (early->is_string() && value.is_string() && fields()[i].type.is_str() &&
               value.get_ref<const std::string&>().starts_with(early->get_ref<const std::string&>())) {
      give_text(
          i, std::string_view(value.get_ref<const std::string&>()).substr(early->get_ref<const std::string&>().size()));
    } else if (*early != value || early->type() != value.type()) {
      replace(i, value);
    }
  }
  return take();
}

}  // namespace strop::detail

namespace strop {

std::unique_ptr<ReplyStream> Adapter::stream(const Signature& signature, StreamMode, Reading reading) const {
  return has_all ? std::make_unique<detail::WholeReply>(*this, signature, reading) : nullptr;
}

}  // namespace strop
