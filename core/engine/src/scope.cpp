#include <algorithm>
#include <cmath>
#include <strop/engine/run.hpp>
#include <strop/engine/scope.hpp>
#include <strop/text/format.hpp>
#include <strop/value/members.hpp>

namespace strop {

void Strand::emit(Json event) {
  Strand* strand = this;
  while (strand->head && strand->parent) strand = strand->parent;
  strand->held.push_back(std::move(event));
}

Random Scope::random(std::string_view name) const { return {run_.options_.seed, path_ + '#' + std::string(name)}; }

void Scope::emit(Json event) {
  event["at"] = path_;
  strand_.emit(std::move(event));
}

void Scope::offer(Json program, double score) {
  if (!std::isfinite(score))
    throw Error(Fault::fatal, format("{}: the score of the program offered is not a finite number", {path_}));
  emit(Object().set("event", "offer").set("program", std::move(program)).set("score", score));
}

void Scope::check_name(std::string_view name, std::string_view where) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  if (name.empty() || !std::all_of(name.begin(), name.end(), allowed))
    throw Error(Fault::fatal,
                format("{}: '{}' is no name for a path, which has letters, digits and _-. only", {where, name}));
}

std::size_t Scope::count(std::string_view name, std::size_t items) {
  for (auto& [known, count] : counts_)
    if (known == name) return std::exchange(count, count + items);
  check_name(name, path_);
  counts_.emplace_back(name, items);
  return 0;
}

std::string Scope::path_of(std::string_view name, std::size_t index) const {
  std::string path;
  path.reserve(path_.size() + name.size() + 8);
  path.append(path_).append(1, '/').append(name).append(1, '[').append(std::to_string(index)).append(1, ']');
  return path;
}

}  // namespace strop
