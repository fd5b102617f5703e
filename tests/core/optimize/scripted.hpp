#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <strop/engine/session.hpp>
#include <strop/optimize/compile.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>
#include <vector>

#include "lines.hpp"

/// Runs sessions with scripted answers, one at a time in an order drawn from a seed, as a host with `slots` connections
/// might.
struct Scripted {
  struct Open {
    std::string id, kind, path;
    strop::Json request;
  };
  std::function<strop::Json(const Open&)> answer;  ///< JSON that the effect yields
  std::uint64_t order = 1;
  std::size_t slots = 8;

  std::vector<Open> asked = {};
  std::vector<std::string> events = {};
  std::string journal = {};
  std::string state = {};
  bool more = false;

  /// Until the end, or until `answers` have been given.
  void drive(strop::Session& session, std::size_t answers = static_cast<std::size_t>(-1)) {
    strop::Random random(order, "order");
    std::vector<Open> open;
    std::string lines;
    for (;;) {
      lines += "t " + std::to_string(slots - open.size()) + "\n";
      auto out = session.step(lines);
      if (!out) throw std::runtime_error(out.error().message);
      lines.clear();
      read(*out, open);
      if (state != "running" || (open.empty() && !more) || answers-- == 0) return;
      if (open.empty()) continue;
      const auto k = static_cast<std::ptrdiff_t>(random.below(open.size()));
      const Open one = open[static_cast<std::size_t>(k)];
      open.erase(open.begin() + k);
      lines = "a " + one.id + " " + (one.kind == "lm" ? "1" : "0") + " 100 0 " + strop::dump_json(answer(one)) + "\n";
    }
  }

  void read(const std::string& out, std::vector<Open>& open) {
    more = false;
    for (std::size_t at = 0, end; at < out.size(); at = end + 1) {
      end = std::min(out.find('\n', at), out.size());
      const std::string line = out.substr(at, end - at);
      if (line.starts_with("state "))
        state = line.substr(6);
      else if (line == "more")
        more = true;
      else if (line.starts_with("j "))
        journal += line.substr(2) + "\n";
      else if (line.starts_with("v "))
        events.push_back(line.substr(2));
      else if (line.starts_with("e ")) {
        const auto id = line.find(' ', 2), kind = line.find(' ', id + 1), path = line.find(' ', kind + 1);
        open.push_back({line.substr(2, id - 2), line.substr(id + 1, kind - id - 1),
                        line.substr(kind + 1, path - kind - 1), strop::parse_json(line.substr(path + 1)).value()});
        asked.push_back(open.back());
      }
    }
  }
};

/// The value of an input in the last message of a chat request.
inline std::string asked_for(const strop::Json& request, const std::string& field) {
  const std::string content = request["messages"].back()["content"];
  const std::string header = "[[ ## " + field + " ## ]]\n";
  const auto from = content.find(header);
  if (from == std::string::npos) return "";
  const auto start = from + header.size();
  return content.substr(start, content.find("\n\n", start) - start);
}

/// A reply of the chat adapter's format.
inline std::string reply(const std::string& field, const std::string& value) {
  return "[[ ## " + field + " ## ]]\n" + value + "\n\n[[ ## completed ## ]]";
}
