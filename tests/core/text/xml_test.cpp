#include <catch2/catch_all.hpp>
#include <strop/text/xml.hpp>

using namespace strop;

namespace {

/// The text as it is written again, or why it cannot be read.
std::string again(std::string_view text) {
  const auto root = parse_xml(text);
  if (!root) return "!" + root.error().message;
  std::string result = root->text;
  for (const auto& child : root->children) append_xml(result, child);
  return result;
}

}  // namespace

TEST_CASE("elements, texts and attributes are read and written") {
  CHECK(again("") == "");
  CHECK(again("a<b/>c<d>e<f k = 'v' />g</d\n>h") == R"(a<b />c<d>e<f k="v" />g</d>h)");
  CHECK(again("<a>1 &lt; 2 &amp;&amp; &#51; &gt; &#x32;&quot;&apos;</a>") == "<a>1 &lt; 2 &amp;&amp; 3 &gt; 2\"'</a>");
  CHECK(again("<a k='\"&amp;&#10;\n&lt;'/>") == R"(<a k="&quot;&amp;&#10; &lt;" />)");
  CHECK(again("<a xml:lang='en'/>") == R"(<a xml:lang="en" />)");
  CHECK(again("<größe>é 😀</größe>") == "<größe>é 😀</größe>");
}

TEST_CASE("comments and instructions are passed over, CDATA is text, line ends are line feeds") {
  CHECK(again("<a>b<!-- < & - -->c<?pi & ?>d<![CDATA[<&]]]]>e</a>") == "<a>bcd&lt;&amp;]]e</a>");
  CHECK(again("<a>1\r\n2\r3\n</a>") == "<a>1\n2\n3\n</a>");
}

TEST_CASE("what is not well-formed is refused, with the place") {
  CHECK(again("a\nb & c") == "!line 2, column 3: an & that begins no reference; it should be &amp;");
  CHECK(again("é<a></b>") == "!line 1, column 8: </b>, but <a> is open");
  for (const char* text : {"<a>",
                           "</a>",
                           "<a",
                           "<a b>",
                           "<a b=c/>",
                           "<a b='1' b='2'/>",
                           "<a b='<'/>",
                           "<a b='1'c='2'/>",
                           "< a/>",
                           "<1/>",
                           "<a:b/>",
                           "<a xmlns='x'/>",
                           "<a>]]></a>",
                           "<!-- a -- b -->",
                           "<!-- a",
                           "<![CDATA[a",
                           "<?xml version='1.0'?>",
                           "<!DOCTYPE a>",
                           "&nbsp;",
                           "&#0;",
                           "&#xD800;",
                           "&#x110000;",
                           "&#99999999999;",
                           "&amp",
                           "\x01",
                           "1 < 2"}) {
    CAPTURE(text);
    CHECK(again(text).starts_with("!line "));
  }
}

TEST_CASE("depth and attributes are bounded, and time is linear in what is left") {
  std::string deep, wide = "<a";
  for (int i = 0; i < 100'000; ++i) deep += "<a>", wide += " k" + std::to_string(i) + "='v'";
  CHECK(again(deep).ends_with("nested too deep"));
  CHECK(again(wide + "/>").ends_with("too many attributes"));
  std::string flat;
  for (int i = 0; i < 100'000; ++i) flat += "<a>&amp;</a>";
  CHECK(parse_xml(flat)->children.size() == 100'000);
}
