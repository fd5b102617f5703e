#include <strop/adapter/adapter.hpp>
#include <strop/text/xml.hpp>

#include "fuzz.hpp"

/// What was read is written so that it reads the same, and a reply gives all outputs or a failure that says so.
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
  const auto outputs = strop::xml_adapter().parse(signature, text);
  demand(outputs ? outputs->size() == 4 : outputs.error().code == "adapter_parse");
  return 0;
}
