#pragma once
#include <string>
#include <string_view>
#include <strop/text/result.hpp>
#include <utility>
#include <vector>

namespace strop {

/// An element of XML, in the shape that Python's ElementTree gives it.
struct XmlElement {
  std::string tag = {};
  std::vector<std::pair<std::string, std::string>> attributes = {};  ///< in the order of the text
  std::string text = {};                                             ///< up to the first child
  std::vector<XmlElement> children = {};
  std::string tail = {};  ///< behind the element, up to the next one
};

/// The elements and texts inside a root that is not in the text itself: what ElementTree reads of "<root>" + content +
/// "</root>". Comments and processing instructions are passed over, references and CDATA are resolved, line ends are
/// \n. There is no document type, so no entities but the five of XML and characters by number. Linear.
///
/// Failure "bad_xml" names line and column, from 1, of what is not well-formed, or is nested deeper than 200.
Result<XmlElement> parse_xml(std::string_view content);

/// The element and its tail as ElementTree writes them: `<a k="v">text<b /></a>tail`. Linear.
void append_xml(std::string& text, const XmlElement& element);

/// The value between quotes, escaped, as an attribute has it: `"a &amp; b"`.
void append_xml_attribute(std::string& text, std::string_view value);

/// `&` and `<` as references.
void append_xml_text(std::string& text, std::string_view value);

}  // namespace strop
