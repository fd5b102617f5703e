#pragma once
#include <optional>
#include <span>
#include <string>
#include <strop/adapter/adapter.hpp>

#include "field_value.hpp"

namespace strop::detail {

/// What is wrong with the tool calls in past turns.
std::optional<std::string> objection_to_turns(const Json& turns);

/// What DSPy's adapters have in common that hold a conversation: a system message with the fields, their layout and the
/// task, a pair of messages for each demo, and the inputs with a reminder of the format. The layout is the adapter's.
class Conversation : public Adapter {
 public:
  Prompt stable(const Signature& signature, const std::vector<Json>& demos) const final;
  Prompt call(const Signature& signature, const Json& inputs, const CallOptions& options) const final;

 protected:
  /// How inputs and outputs are laid out, behind the sentence that says that they are.
  virtual void append_structure(std::string& text, const Signature& signature) const = 0;
  /// An input with its value; unless an adapter says otherwise behind a header, `[[ ## name ## ]]`.
  virtual void append_input(Content& content, const Field& field, const Json& value) const;
  /// The reminder of the format behind the inputs of the current call.
  virtual void append_requirements(std::string& text, const Signature& signature) const = 0;
  /// What the assistant answers: the outputs in `values`, and `missing` for those that it lacks.
  virtual std::string reply(const Signature& signature, const Json& values, const Json& missing) const = 0;

 private:
  void append_inputs(Content& content, const Signature& signature, const Json& values) const;
  Message user_message(const Signature& signature, const Json& values, std::string prefix, bool main_request) const;
  void append_history(std::vector<Message>& messages, const Signature& signature, const Json& history,
                      const CallOptions& options) const;
  void append_turn(std::vector<Message>& messages, const Signature& signature, const Json& turn,
                   const CallOptions& options) const;
  /// A turn in which the model called tools by its own means.
  void append_native_turn(std::vector<Message>& messages, const Signature& signature, const Json& turn,
                          const Json& calls) const;
};

constexpr std::size_t typical_message = 500;  ///< bytes

/// The fields as a list: numbers, names, types and descriptions.
void append_descriptions(std::string& text, std::span<const Field> fields);
void append_header(std::string& text, std::string_view name);
/// Headers with what stands for the values, an empty line between them.
void append_placeholders(std::string& text, std::span<const Field> fields);
/// " (must be formatted as a valid Python int)"; nothing for a text.
void append_type_note(std::string& text, const Field& field);
void right_strip(std::string& text);

}  // namespace strop::detail
