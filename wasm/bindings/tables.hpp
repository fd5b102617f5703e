#pragma once
#include <exception>
#include <type_traits>
#include <utility>

#include "handles.hpp"
#include "surface.hpp"

/// The surface as tables, one for each module of the package: names, as the host knows them, and what they call.
namespace strop::surface {

/// A function of one text.
struct Function {
  const char* name;
  Reply (*call)(std::string_view input);
};

/// A class: the text that describes an object in, its handle out.
struct Class {
  const char* name;
  Result<int> (*make)(Handles& handles, std::string_view spec);
};

/// A method of a class: what it gives for an object and one text, which some ignore.
struct Method {
  const char* name;
  Reply (*call)(Handles& handles, int handle, std::string_view input);
};

template <class Object>
Result<int> make(Handles& handles, std::string_view spec) {
  auto made = Object::make(spec);
  if (!made) return made.error();
  return handles.keep(std::move(*made));
}

template <class Object, auto f>
Reply method(Handles& handles, int handle, std::string_view input) {
  Object* const object = handles.find<Object>(handle);
  if (!object) return Failure{"bad_handle", "there is no such object (any more)"};
  if constexpr (std::is_invocable_v<decltype(f), Object&, std::string_view>)
    return (object->*f)(input);
  else
    return (object->*f)();
}

/// What a prediction needs.
namespace predict {

inline constexpr Function functions[] = {
    {"requestKey", request_key},
    {"editSignature", edit_signature},
};

inline constexpr Class classes[] = {
    {"Predictor", make<PredictorHandle>},
    {"Program", make<ProgramHandle>},
};

inline constexpr Method methods[] = {
    {"Predictor.describe", method<PredictorHandle, &PredictorHandle::describe>},
    {"Predictor.prefix", method<PredictorHandle, &PredictorHandle::prefix>},
    {"Predictor.render", method<PredictorHandle, &PredictorHandle::render>},
    {"Predictor.parse", method<PredictorHandle, &PredictorHandle::parse>},
    {"Predictor.state", method<PredictorHandle, &PredictorHandle::state>},
    {"Program.describe", method<ProgramHandle, &ProgramHandle::describe>},
    {"Program.state", method<ProgramHandle, &ProgramHandle::state>},
    {"Program.warnings", method<ProgramHandle, &ProgramHandle::warnings>},
};

}  // namespace predict

/// All that the full module has beside it. Unlike the concepts of a prediction, those of evaluation and optimization
/// may throw; what gets here is a fault of ours, and is told instead of leaving C++.
namespace full {

template <auto f>
struct Contained;
template <class R, class... Arguments, R (*f)(Arguments...)>
struct Contained<f> {
  static R call(Arguments... arguments) {
    try {
      return f(arguments...);
    } catch (const std::exception& error) {
      return Failure{"internal", error.what()};
    }
  }
};
template <auto f>
inline constexpr auto contained = &Contained<f>::call;

inline constexpr Function functions[] = {
    {"signature", contained<signature>},
    {"inferPrefix", contained<infer_prefix>},
    {"translate", contained<translate>},
    {"formatValue", contained<format_value>},
    {"parseValue", contained<parse_value>},
    {"repairJson", contained<repair_json>},
    {"normalizeText", contained<normalize_text>},
    {"textMetric", contained<text_metric>},
    {"metric", contained<metric>},
    {"chatWire", contained<chat_wire>},
    {"responsesCall", contained<responses_call>},
    {"totalUsage", contained<total_usage>},
    {"majority", contained<majority>},
    {"toolCalls", contained<tool_calls>},
    {"checkArguments", contained<check_arguments>},
    {"practiceReply", contained<practice_reply>},
    {"estimate", contained<estimate>},
    {"compareScores", contained<compare_scores>},
};

inline constexpr Class classes[] = {
    {"Session", contained<make<SessionHandle>>},
    {"ReplyStream", make<ReplyStreamHandle>},
    {"StreamListener", make<StreamListenerHandle>},
};

inline constexpr Method methods[] = {
    {"Predictor.responseFormat", contained<method<PredictorHandle, &PredictorHandle::response_format>>},
    {"Session.step", contained<method<SessionHandle, &SessionHandle::step>>},
    {"Session.result", contained<method<SessionHandle, &SessionHandle::result>>},
    {"ReplyStream.push", method<ReplyStreamHandle, &ReplyStreamHandle::push>},
    {"ReplyStream.finish", method<ReplyStreamHandle, &ReplyStreamHandle::finish>},
    {"StreamListener.push", method<StreamListenerHandle, &StreamListenerHandle::push>},
    {"StreamListener.finish", method<StreamListenerHandle, &StreamListenerHandle::finish>},
};

}  // namespace full

}  // namespace strop::surface
