#include <catch2/catch_all.hpp>
#include <handles.hpp>
#include <string>

using strop::surface::Handles;

TEST_CASE("a handle finds its object, and nothing once that is released") {
  Handles handles;
  const int one = handles.keep(std::string("one")).value(), two = handles.keep(std::string("two")).value();
  CHECK(one > 0);
  CHECK(one != two);
  CHECK(*handles.find<std::string>(one) == "one");
  handles.release(one);
  CHECK(handles.find<std::string>(one) == nullptr);
  CHECK(*handles.find<std::string>(two) == "two");

  const int three = handles.keep(std::string("three")).value();  // in the place of the first, by another number
  CHECK(three != one);
  CHECK(handles.find<std::string>(one) == nullptr);
  handles.release(one);
  CHECK(*handles.find<std::string>(three) == "three");
}

TEST_CASE("a handle of another class, and any number that was never given, find nothing") {
  Handles handles;
  const int text = handles.keep(std::string("text")).value();
  CHECK(handles.find<double>(text) == nullptr);
  for (const int number : {0, -1, 2, 1 << 20, (1 << 20) + 1, 0x7fffffff, -0x7fffffff - 1}) {
    CAPTURE(number);
    CHECK(handles.find<std::string>(number) == nullptr);
    handles.release(number);
  }
  CHECK(*handles.find<std::string>(text) == "text");
}

TEST_CASE("a released object is freed at once, and its place is used again") {
  Handles handles;
  const auto counted = std::make_shared<int>(7);
  for (int i = 0; i < 10'000; ++i) {
    const int handle = handles.keep(std::shared_ptr<int>(counted)).value();
    REQUIRE((handle & (static_cast<int>(Handles::most) - 1)) == 1);
    REQUIRE(counted.use_count() == 2);
    handles.release(handle);
    REQUIRE(counted.use_count() == 1);
  }
}
