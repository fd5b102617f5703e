#include <strop/schema/parse_value.hpp>
#include <strop/value/parse_json.hpp>

#include "common.hpp"
#include "json_prefix.hpp"
#include "stream_common.hpp"

namespace strop::detail {
namespace {

/// Reads the first object of the reply for as long as it is JSON and has no key twice.
class EagerJson final : public WholeReply {
 public:
  using WholeReply::WholeReply;

  std::vector<FieldEvent> push(std::string_view text) override {
    WholeReply::push(text);
    if (!begun_) text.remove_prefix(std::min(text.find('{'), text.size()));  // prose, or a fence
    begun_ = begun_ || !text.empty();
    for (const char c : text) {
      if (stopped_) break;
      read(c);
    }
    if (!stopped_ && is_text_output() && json_.in_text()) give_more();
    return take();
  }

 private:
  void read(char c) {
    const JsonPrefix::Event event = json_.read(c);
    if (!json_.is_strict()) {
      stopped_ = true;
    } else if (event == JsonPrefix::Event::key) {
      current_ = index_of(json_.key());
      stopped_ = current_ < fields().size() && started(current_);
      text_ = {};
    } else if (event == JsonPrefix::Event::value && current_ < fields().size()) {
      end_value();
    }
    stopped_ = stopped_ || json_.is_closed() || failed();
  }

  bool is_text_output() const { return current_ < fields().size() && fields()[current_].type.is_str(); }

  void give_more() {
    const std::string more = json_.take_text();
    give_early(current_, text_.add(fields()[current_], more));
  }

  void end_value() {
    const Field& field = fields()[current_];
    const bool is_text = json_.value().empty();
    if (is_text && field.type.is_str()) {
      give_more();
      if (text_.certain()) return;
    }
    Result<Json> value = !is_text ? parse_json(json_.value()) : Json(text_.kept() + json_.take_text());
    if (value && value->is_string() && is_echo(field, value->get_ref<const std::string&>()))
      stopped_ = true;
    else
      give_early(current_, value ? parse_value(*value, field.type) : std::move(value));
  }

  bool begun_ = false, stopped_ = false;
  JsonPrefix json_{true};
  std::size_t current_ = fields().size();
  Unechoed text_;
};

}  // namespace

std::unique_ptr<ReplyStream> eager_json_stream(const Adapter& adapter, const Signature& signature, Reading reading) {
  return std::make_unique<EagerJson>(adapter, signature, reading);
}

}  // namespace strop::detail
