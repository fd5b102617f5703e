#pragma once
#include "conversation.hpp"

namespace strop::detail {

/// DSPy's JSONAdapter, on which others stand: outputs are one JSON object.
class JsonAdapter : public Conversation {
 public:
  std::string_view name() const override { return "json"; }
  Result<Json> parse(const Signature& signature, std::string_view reply, Reading reading) const override;
  std::unique_ptr<ReplyStream> stream(const Signature& signature, StreamMode mode, Reading reading) const override;

 protected:
  void append_structure(std::string& text, const Signature& signature) const override;
  void append_requirements(std::string& text, const Signature& signature) const override;
  std::string reply(const Signature& signature, const Json& values, const Json& missing) const override;
};

}  // namespace strop::detail
