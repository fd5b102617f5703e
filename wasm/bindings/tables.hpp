#pragma once
#include <cstddef>
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
};

}  // namespace predict

/// All that the full module has beside it.
namespace full {

inline constexpr Function functions[] = {
    {"signature", signature},
    {"inferPrefix", infer_prefix}, {"translate", translate},    {"formatValue", format_value},
    {"parseValue", parse_value},   {"repairJson", repair_json}, {"normalizeText", normalize_text},
    {"textMetric", text_metric},   {"metric", metric},          {"practiceReply", practice_reply},
    {"splitRows", split_rows},     {"estimate", estimate},      {"compareScores", compare_scores},
};

inline constexpr Class classes[] = {
    {"Session", make<SessionHandle>},
};

inline constexpr Method methods[] = {
    {"Session.step", method<SessionHandle, &SessionHandle::step>},
    {"Session.result", method<SessionHandle, &SessionHandle::result>},
};

}  // namespace full

}  // namespace strop::surface
