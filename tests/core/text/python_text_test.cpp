#include <catch2/catch_all.hpp>
#include <strop/text/infer_prefix.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/result.hpp>
#include <strop/text/utf8.hpp>

using namespace strop;
using Lines = std::vector<std::string_view>;

TEST_CASE("lines end where Python ends them") {
  CHECK(python_splitlines("") == Lines{});
  CHECK(python_splitlines("a") == Lines{"a"});
  CHECK(python_splitlines("a\n") == Lines{"a"});
  CHECK(python_splitlines("\n\n") == Lines{"", ""});
  CHECK(python_splitlines("a\r\nb\rc\n\rd") == Lines{"a", "b", "c", "", "d"});
  CHECK(python_splitlines("a\vb\fc\x1c"
                          "d\x1e"
                          "e") == Lines{"a", "b", "c", "d", "e"});
  CHECK(python_splitlines("a\u0085b\u2028c\u2029d") == Lines{"a", "b", "c", "d"});
  CHECK(python_splitlines("a\x1f\tb") == Lines{"a\x1f\tb"});
}

TEST_CASE("white space is what Python strips") {
  CHECK(python_strip(" \t\n\x1f\u00a0\u2003a b\u3000\u0085\r") == "a b");
  CHECK(python_strip("\u200ba") == "\u200ba");  // ZERO WIDTH SPACE is none
  CHECK(python_lstrip("  a ") == "a ");
  CHECK(python_rstrip("  a ") == "  a");
  CHECK(python_strip(" \u2028 ").empty());
  CHECK(python_strip("\x80 a \x80") == "\x80 a \x80");  // bytes that are not UTF-8 stay
}

TEST_CASE("words are letters, digits and underscores of any script") {
  for (const char32_t c : {U'a', U'Z', U'0', U'_', U'é', U'ß', U'λ', U'ж', U'日', U'한', U'ا'}) CHECK(is_word(c));
  for (const char32_t c : {U'-', U' ', U'#', U'.', U'«', U'×', U'–', U'…', U'€', U'→', U'。', U'😀'})
    CHECK_FALSE(is_word(c));
}

TEST_CASE("cleandoc keeps the first line out of the margin") {
  CHECK(cleandoc("") == "");
  CHECK(cleandoc("  one\n      two\n        three\n\n") == "one\ntwo\n  three");
  CHECK(cleandoc("\n\n    a\n      b\n") == "a\n  b");
  CHECK(cleandoc("a\n\tb\n        c") == "a\nb\nc");
  CHECK(cleandoc("a\n  \n   b") == "a\n\nb");
}

TEST_CASE("dedent removes what all lines share") {
  CHECK(dedent("  a\n    b\n  c") == "a\n  b\nc");
  CHECK(dedent(" \ta\n \tb\n \n") == "a\nb\n\n");
  CHECK(dedent("\ta\n  b") == "\ta\n  b");
  CHECK(dedent("a\n  b") == "a\n  b");
}

TEST_CASE("prefixes are inferred as DSPy does") {
  const std::pair<const char*, const char*> cases[] = {{"question", "Question"},
                                                       {"some_attribute_name", "Some Attribute Name"},
                                                       {"someAttributeName", "Some Attribute Name"},
                                                       {"camelCase2D", "Camel Case 2 D"},
                                                       {"HTMLParser", "HTML Parser"},
                                                       {"a1b2", "A 1 B 2"},
                                                       {"URLOfPage", "URL Of Page"},
                                                       {"ALL", "ALL"},
                                                       {"", ""},
                                                       {"x_", "X "},
                                                       {"état_civil", "État Civil"},
                                                       {"größe", "Größe"}};
  for (const auto& [name, prefix] : cases) CHECK(infer_prefix(name) == prefix);
}

TEST_CASE("bytes that are not UTF-8 become the replacement character") {
  CHECK(is_valid_utf8("aé日😀"));
  for (const char* bad : {"\x80", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF"}) {
    CHECK_FALSE(is_valid_utf8(bad));
    CHECK(is_valid_utf8(to_valid_utf8(bad)));
  }
  CHECK(to_valid_utf8("a\xFF"
                      "b") == "a\uFFFDb");
  CHECK(count_code_points("aé日😀") == 4);
  CHECK(shortened("aé日😀", 2) == "aé…");
  CHECK(shortened("aé", 2) == "aé");
}

TEST_CASE("a Result holds its value or why there is none") {
  const Result<int> value = 3;
  const Result<int> failure = Failure{"code", "message"};
  REQUIRE(value);
  CHECK(*value == 3);
  REQUIRE_FALSE(failure);
  CHECK(failure.error().code == "code");
  CHECK_THROWS(failure.value());
}
