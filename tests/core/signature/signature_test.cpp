#include <catch2/catch_all.hpp>
#include <strop/signature/signature.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {
Signature signature_of(std::string_view text) {
  Result<Signature> signature = parse_signature(text);
  INFO(text << ": " << (signature ? "" : signature.error().message));
  REQUIRE(signature);
  return *signature;
}
std::string names(const Signature& signature) {
  std::string text;
  for (const Field& field : signature.fields()) text += (field.role == Role::input ? "<" : ">") + field.name;
  return text;
}
}  // namespace

TEST_CASE("signature strings") {
  const std::pair<const char*, const char*> cases[] = {
      {"question -> answer", "question -> answer"},
      {"a,b:int->c:str|None,", "a, b: int -> c: Union[str, NoneType]"},
      {"->", "-> "},
      {"-> b", "-> b"},
      {"a ->", "a -> "},
      {"a: None -> b: Literal['x, y', \"]\"]", "a -> b: Literal['x, y', ']']"},
      {"q=1, n: int = 3 -> a = 'x, -'", "q, n: int -> a"},
      {"a, *rest, b -> c, **kw", "a -> c"},
      {"a, /, b -> c", "b -> c"},
      {"a: int, a -> b", "a -> b"},
      {"match, print -> type", "match, print -> type"},
      {"größe, 問題 -> 答え", "größe, 問題 -> 答え"},
      {"a, # the first\nb -> c", "a, b -> c"},
      {"_x, / -> a", "-> a"}};
  for (const auto& [text, same] : cases) {
    INFO(text);
    CHECK(signature_text(signature_of(text)) == same);
  }
}

TEST_CASE("a wrong signature string names column and fix") {
  const std::pair<const char*, const char*> cases[] = {
      {"", "the signature is empty: write inputs -> outputs, such as \"question -> answer\""},
      {"question", "column 9: there is no '->': write"},
      {"question => answer", "column 10: there is no '->', but a '=>'"},
      {"a -> b -> c", "column 8: a second '->'"},
      {"a -> b: Literal['->']", "even in quotes"},
      {"q -> q", "column 6: 'q' is an input and an output"},
      {"_q -> a", "column 1: the name '_q' begins with an underscore"},
      {"my-field -> a", "column 3: a field name has no '-'"},
      {"a b -> c", "column 3: expected ',' or ':' before 'b'"},
      {"a,, b -> c", "column 3: a field name is missing"},
      {"1a -> b", "column 1: a field name cannot begin with a digit"},
      {"class -> b", "column 1: 'class' is a word of the Python language"},
      {"signature -> b", "DSPy itself uses the name 'signature'"},
      {"a: string -> b", "column 4: unknown type string: write str"},
      {"a: -> b", "column 4: a type is missing"},
      {"é, b: list[number -> c", "column 12: unknown type number"},
      {"a -> b: dict[str]", "column 9: dict takes two types"},
      {"a=1, b -> c", "column 6: 'b' has no default value"},
      {"a= -> b", "column 2: a value is missing"},
      {"a: int) -> b", "column 7: unmatched ')'"},
      {"a? -> b", "column 2: no '?'"},
      {"* -> b", "column 1: a name must follow"},
      {"a: list[int, ...] -> b", "column 4: list takes one type"},
      {"a: Callable -> b", "column 4: the type Callable is not supported"},
      {"a: Literal[-1] -> b", "column 12: a negative number"},
      {"a=print -> b", "column 3: a default value is"}};
  for (const auto& [text, message] : cases) {
    const Result<Signature> signature = parse_signature(text);
    INFO(text);
    REQUIRE_FALSE(signature);
    CHECK_THAT(signature.error().message, Catch::Matchers::ContainsSubstring(message));
  }
}

TEST_CASE("hostile signatures are bounded") {
  std::string many = "a";
  for (int i = 0; i < 5'000; ++i) many += ",a" + std::to_string(i);
  CHECK_FALSE(parse_signature(many + "->b"));
  CHECK_FALSE(parse_signature(std::string(2'000'000, 'a') + "->b"));
  CHECK_FALSE(parse_signature("a: " + std::string(500'000, '(') + "-> b"));
}

TEST_CASE("instructions: default, given, cleaned") {
  CHECK(signature_of("a, b -> c").instructions() == "Given the fields `a`, `b`, produce the fields `c`.");
  CHECK(signature_of("-> c").instructions() == "Given the fields , produce the fields `c`.");
  CHECK(parse_signature("a -> b", "")->instructions() == "Given the fields `a`, produce the fields `b`.");
  CHECK(parse_signature("a -> b", "  Do\n     it.\n")->instructions() == "Do\nit.");
  const Signature signature = *parse_signature("a -> b", "Do it.");
  CHECK(signature.with_instructions("Then that.").instructions() == "Then that.");
  CHECK(signature.with_instructions("").instructions() == "Given the fields `a`, produce the fields `b`.");
  CHECK(signature.append_instructions("More.").instructions() == "Do it.\n\nMore.");
  CHECK(signature.instructions() == "Do it.");
}

TEST_CASE("edits give new signatures and leave instructions") {
  const Signature signature = signature_of("a, b -> c");
  CHECK(names(signature.prepend({.name = "r", .role = Role::output})) == "<a<b>r>c");
  CHECK(names(signature.append({.name = "x"})) == "<a<b<x>c");
  CHECK(names(*signature.insert(1, {.name = "x"})) == "<a<x<b>c");
  CHECK(names(*signature.insert(-2, {.name = "x"})) == "<a<x<b>c");
  CHECK(signature.insert(3, {.name = "x"}).error().code == "bad_index");
  CHECK(signature.insert(-4, {.name = "x"}).error().code == "bad_index");
  CHECK(names(signature.remove("b")) == "<a>c");
  CHECK(signature.remove("zzz") == signature);
  CHECK(signature.append({.name = "x"}).instructions() == signature.instructions());
  const Signature updated = *signature.with_updated_field({.name = "b", .desc = "the second", .prefix = "Second:"});
  CHECK(updated.find("b")->desc == "the second");
  CHECK(updated.find("b")->prefix == "Second:");
  CHECK(signature.find("b")->prefix == "B:");
  CHECK(signature.with_updated_field({.name = "zzz"}).error().code == "unknown_field");
}

TEST_CASE("placeholders say what a value must be") {
  const auto shown = [](const char* type, Role role = Role::output) {
    return placeholder(
        {.name = "x", .type = signature_of(std::string("a: ") + type + "->b").fields()[0].type, .role = role});
  };
  CHECK(shown("int", Role::input) == "{x}");
  CHECK(shown("str") == "{x}");
  CHECK(shown("bool") == "{x}        # note: the value you produce must be True or False");
  CHECK(shown("float") == "{x}        # note: the value you produce must be a single float value");
  CHECK(shown("Literal['a', \"it's\", 3]") ==
        "{x}        # note: the value you produce must exactly match (no extra characters) one of: a; it's; 3");
  CHECK(
      shown("list[str]") ==
      R"({x}        # note: the value you produce must adhere to the JSON schema: {"type": "array", "items": {"type": "string"}})");
}

TEST_CASE("constraints are told in DSPy's words") {
  CHECK(constraints_text({.name = "n", .constraints = {{"ge", 1}, {"lt", 10.5}, {"multiple_of", 2}}}) ==
        "greater than or equal to: 1, less than: 10.5, a multiple of the given number: 2");
}

TEST_CASE("a signature survives JSON") {
  Signature signature = *parse_signature("a: list[int], b -> c: Literal['it\\'s\\n'], d: Optional[float]", "Do it.");
  signature = *signature.with_updated_field({.name = "b",
                                             .type = {Type::Kind::integer},
                                             .desc = "how many",
                                             .prefix = "Number:",
                                             .constraints = {{"gt", 0}}});
  signature = *signature.with_updated_field(
      {.name = "d", .type = signature.find("d")->type, .role = Role::output, .default_value = 1.5});
  const Json json = *parse_json(dump_json(to_json(signature)));
  const Result<Signature> back = signature_from_json(json);
  REQUIRE(back);
  CHECK(*back == signature);
  CHECK(back->find("b")->constraints.at(0).name == "gt");
  CHECK(
      signature_from_json(*parse_json(R"({"fields": [{"name": "a", "dir": "input"}, {"name": "b", "dir": "output"}]})"))
          ->instructions() == "Given the fields `a`, produce the fields `b`.");
  for (const char* bad : {"[]", "{}", R"({"fields": [1]})", R"({"fields": [{"name": "a"}]})",
                          R"({"fields": [{"name": "_a", "dir": "input"}]})",
                          R"({"fields": [{"name": "a", "dir": "input", "type": "foo"}]})",
                          R"({"fields": [{"name": "a", "dir": "input", "type": 1}]})",
                          R"({"fields": [{"name": "a", "dir": "input"}, {"name": "a", "dir": "output"}]})",
                          R"({"fields": [], "instructions": 1})"}) {
    INFO(bad);
    CHECK_FALSE(signature_from_json(*parse_json(bad)));
  }
}
