#include "strop/text/nfd.hpp"

#include <catch2/catch_all.hpp>

using namespace strop;

// What is expected are the results of Python's unicodedata.normalize("NFD", ...).
TEST_CASE("to_nfd takes characters apart") {
  CHECK(to_nfd("plain, 100 %") == "plain, 100 %");
  CHECK(to_nfd("\u00a9 \u00bd") == "\u00a9 \u00bd");
  CHECK(to_nfd("Caf\u00e9") == "Cafe\u0301");
  CHECK(to_nfd("\u00c5\u212b") == "A\u030aA\u030a");      // the letter and the unit
  CHECK(to_nfd("\u1ec7") == "e\u0323\u0302");             // two steps
  CHECK(to_nfd("\u1f82") == "\u03b1\u0313\u0300\u0345");  // three
  CHECK(to_nfd("\u0439\u0451") == "\u0438\u0306\u0435\u0308");
  CHECK(to_nfd("\u304c") == "\u304b\u3099");
  CHECK(to_nfd("\ud55c\uae00\uac00") == "\u1112\u1161\u11ab\u1100\u1173\u11af\u1100\u1161");
  CHECK(to_nfd("\u0929\u0958") == "\u0928\u093c\u0915\u093c");
  CHECK(to_nfd("\U0001f600\u00f1") == "\U0001f600n\u0303");
}

TEST_CASE("to_nfd puts marks in order") {
  CHECK(to_nfd("e\u0302\u0323") == "e\u0323\u0302");
  CHECK(to_nfd("\u00ea\u0323x\u0345\u0300") == "e\u0323\u0302x\u0300\u0345");
  CHECK(to_nfd("e\u0301\u0300") == "e\u0301\u0300");  // of one class: as they come
}
