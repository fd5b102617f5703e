#pragma once
#include <strop/signature/field.hpp>
#include <strop/text/result.hpp>
#include <strop/text/xml.hpp>
#include <vector>

namespace strop::detail {

/// The elements of an output's name as a value of its type, as DSPy reads them: as the whole schema says, or as one of
/// its choices.
Result<Json> read_xml_value(const std::vector<const XmlElement*>& elements, const Field& field);

}  // namespace strop::detail
