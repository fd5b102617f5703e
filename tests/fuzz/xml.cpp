#include <strop/text/xml.hpp>

#include "replies.hpp"

/// What was read is written so that it reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const auto written = [](const strop::XmlElement& root) {
    std::string again;
    strop::append_xml_text(again, root.text);
    for (const auto& child : root.children) strop::append_xml(again, child);
    return again;
  };
  if (const auto root = strop::parse_xml(text)) {
    const std::string once = written(*root);
    const auto again = strop::parse_xml(once);
    demand(again && written(*again) == once);
  }
  static const strop::Signature signature =
      *strop::parse_signature("q -> a, kind: Literal['a', 'b'], n: Optional[int], rows: list[dict[str, Any]]");
  read_in_both_ways(strop::xml_adapter(), signature, text);
  return 0;
}
