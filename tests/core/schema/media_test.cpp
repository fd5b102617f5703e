#include <catch2/catch_all.hpp>
#include <strop/schema/media.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {
std::string blocks(const char* type, const char* json) {
  const Result<Json> made = media_blocks(*parse_json(json), *parse_type(type));
  return made ? dump_json(*made) : "-";
}
bool reads(const char* type, const char* json) {
  return static_cast<bool>(validate(*parse_json(json), *parse_type(type)));
}
}  // namespace

TEST_CASE("media become the blocks that DSPy makes of them") {
  CHECK(blocks("Image", R"("https://x.org/a.png")") ==
        R"([{"type": "image_url", "image_url": {"url": "https://x.org/a.png"}}])");
  CHECK(blocks("Image", R"("a.png")") == "-");
  CHECK(blocks("Audio", R"("data:audio/x-wav;base64,QUJD")") ==
        R"([{"type": "input_audio", "input_audio": {"data": "QUJD", "format": "wav"}}])");
  CHECK(blocks("File", R"({"file_id": "f", "filename": null})") == R"([{"type": "file", "file": {"file_id": "f"}}])");
  CHECK(
      blocks("Document", R"("Calm.")") ==
      R"([{"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Calm."}, "citations": {"enabled": true}}])");
  CHECK(blocks("Citations", "[]") == "[]");
  const Json marked = marked_blocks(*parse_json(R"([{"type": "x"}])"));
  CHECK(dump_json(*media_blocks(marked, *parse_type("Image"))) == R"([{"type": "x"}])");
}

TEST_CASE("a model's media are refused where DSPy refuses them") {
  CHECK_FALSE(reads("Image", R"("https://x.org/a.png")"));
  CHECK(reads("Image", R"({"url": "GS://bucket/a"})"));
  CHECK_FALSE(reads("Image", R"({"url": "https:///a"})"));
  CHECK_FALSE(reads("Image", R"({"url": "https://x", "more": 1})"));
  CHECK_FALSE(reads("Audio", R"({"data": "QUJD"})"));
  CHECK_FALSE(reads("Audio", R"("data:audio/wav")"));
  CHECK_FALSE(reads("File", "{}"));
  CHECK_FALSE(reads("Document", R"({"data": "x", "media_type": "text/html"})"));
  CHECK(reads("Citations",
              R"([{"cited_text": "c", "document_index": "0", "start_char_index": 1, "end_char_index": 2.0}])"));
  CHECK_FALSE(reads("Citations", R"([{"cited_text": "c"}])"));
}
