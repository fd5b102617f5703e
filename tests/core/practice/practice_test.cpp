#include <catch2/catch_all.hpp>
#include <set>
#include <strop/practice/practice.hpp>

using namespace strop;

namespace {

struct Row {
  std::string input, output;
};

Json compact(const std::string& instruction, const std::vector<Row>& demos, const std::string& input) {
  std::string text = instruction + "\n\n";
  for (const auto& [demo, answer] : demos) text += "Question: " + demo + "\nKind: " + answer + "\n\n";
  return {{"messages", {{{"role", "user"}, {"content", text + "Question: " + input + "\nKind:"}}}},
          {"completion", true},
          {"config", Json::object()}};
}

Json chat(const std::vector<Row>& demos, const std::string& input, const std::string& type) {
  const auto asks = [](const std::string& value) { return "[[ ## question ## ]]\n" + value; };
  Json messages = {
      {{"role", "system"},
       {"content", "Your input fields are:\n1. `question` (str):\nYour output fields are:\n1. `kind` (" + type +
                       "):\nAll interactions will be structured in the following way, with the appropriate values "
                       "filled in.\n\nIn adhering to this structure, your objective is: \n        Sort."}}};
  for (const auto& [demo, answer] : demos) {
    messages.push_back({{"role", "user"}, {"content", asks(demo)}});
    messages.push_back(
        {{"role", "assistant"}, {"content", "[[ ## kind ## ]]\n" + answer + "\n\n[[ ## completed ## ]]\n"}});
  }
  messages.push_back(
      {{"role", "user"},
       {"content",
        asks(input) +
            "\n\nRespond with the corresponding output fields, starting with the field `[[ ## kind ## ]]`."}});
  return {{"messages", messages}};
}

const std::vector<Row> kinds = {{"Who painted it?", "person"},     {"Where is it?", "place"},
                                {"How many are there?", "number"}, {"Who sings that?", "person"},
                                {"Where was he born?", "place"},   {"How many came?", "number"}};

/// Right answers of the model among questions that begin as the demos do.
int right(const std::vector<Row>& demos, bool as_chat) {
  int count = 0;
  for (const auto& [start, kind] : std::vector<Row>{{"Who ", "person"}, {"Where ", "place"}, {"How many ", "number"}}) {
    for (const char* rest : {"ate the cake?", "did they meet?", "will be left?", "owns a boat?", "is the key?",
                             "made this?", "did we see?", "fell off?", "lives there?", "went home?"}) {
      const auto request = as_chat ? chat(demos, start + rest, "Literal['person', 'place', 'number']")
                                   : compact("Sort. Answer with one of: person, place, number.", demos, start + rest);
      const std::string text = practice_reply(request).value().text;
      count += as_chat ? text == "[[ ## kind ## ]]\n" + kind + "\n\n[[ ## completed ## ]]\n" : text == " " + kind;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("demos teach the practice model its task, in both formats") {
  for (const bool as_chat : {false, true}) {
    CAPTURE(as_chat);
    const int without = right({}, as_chat), with = right(kinds, as_chat);
    CHECK(without <= 15);
    CHECK(with >= 26);
  }
}

TEST_CASE("the practice model copies spans from places like the demos'") {
  const std::vector<Row> demos = {{"The lid of my lunch box is broken.", "lunch box"},
                                  {"The zip of my rain coat is stuck.", "rain coat"},
                                  {"The leg of my desk is loose.", "desk"},
                                  {"The cap of my flask is gone.", "flask"}};
  CHECK(practice_reply(compact("Find it.", demos, "The belt of my exercise bike is worn.")).value().text ==
        " exercise bike");
}

TEST_CASE("an instruction that explains a label helps") {
  const std::string
      plain = "Sort. Answer with one of: red, green.",
      explained = "Messages about invoices are red. Messages about plants are green. Answer with one of: red, green.";
  const auto count = [&](const std::string& instruction) {
    int right = 0;
    for (int i = 0; i < 40; ++i)
      right +=
          practice_reply(compact(instruction, {}, "Row " + std::to_string(i) + " speaks of invoices.")).value().text ==
          " red";
    return right;
  };
  CHECK(count(explained) > count(plain) + 8);
}

TEST_CASE("the same request has the same reply; another rollout may have another") {
  Json request = compact("Sort. Answer with one of: person, place, number.", {}, "Tell me.");
  CHECK(practice_reply(request).value().text == practice_reply(request).value().text);
  std::set<std::string> replies;
  for (int rollout = 0; rollout < 20; ++rollout) {
    request["config"]["rolloutId"] = rollout;
    replies.insert(practice_reply(request).value().text);
  }
  CHECK(replies.size() > 1);
}

TEST_CASE("prompts that the practice model cannot read are refused, whatever they are") {
  const auto refused = [](Json request) {
    return !practice_reply(request) && practice_reply(request).error().code == "practice_prompt";
  };
  CHECK(refused(nullptr));
  CHECK(refused({{"messages", Json::array()}}));
  CHECK(refused({{"messages", {1}}}));
  CHECK(refused({{"messages", {{{"role", "user"}, {"content", {1, 2}}}}}}));
  CHECK(refused({{"messages", {{{"role", "user"}, {"content", "Hello?"}}}}}));
  CHECK(refused({{"messages", {{{"role", "user"}, {"content", "Hello?"}}}}, {"completion", true}}));
  CHECK(refused({{"messages", {{{"role", "user"}, {"content", ""}}}}, {"completion", true}}));
}
