#include <cassert>
#include <strop/engine/run.hpp>
#include <strop/text/format.hpp>

#include "json_text.hpp"

namespace strop {
namespace {

/// What halt() takes. Not std::make_exception_ptr, which a libc++ that throws nothing itself does not have.
std::exception_ptr thrown(const Error& error) {
  try {
    throw error;
  } catch (...) {
    return std::current_exception();
  }
}

std::exception_ptr changed(const std::string& path) {
  return thrown({Fault::fatal,
                 format("the journal belongs to another run: at {} it answers another request. Begin with "
                        "a new journal, or run what this one was written by.",
                        {path}),
                 "journal_other_run"});
}

}  // namespace

const char* name(Run::State state) {
  constexpr const char* names[] = {"running", "done", "budget", "stopped", "failed"};
  return names[static_cast<int>(state)];
}

Run::Run(Options options)
    : options_(std::move(options)),
      journal_(std::exchange(options_.journal, {})),
      strand_{nullptr, Purse(options_.budget)},
      scope_(*this, strand_, options_.name) {}

void Run::start(Task<Json> root) {
  assert(!root_ && state_ == State::running);
  Scope::check_name(options_.name, "the run");
  const std::uint64_t identity = request_hash("run", std::to_string(options_.seed) + ' ' + options_.inputs);
  if (const auto known = journal_.take(options_.name)) {
    if (known->request != identity) halt(changed(options_.name));
  } else {
    lines_ += journal_line(options_.name, identity, std::string("null"), {});
  }
  root_ = &std::move(root).start(scope_, nullptr);
}

bool Run::open(Ask& ask, Frame& frame) {
  Purse& purse = frame.scope->strand().purse;
  std::string path = frame.scope->path_of(ask.kind);
  if (ask.request.find('\n') != ask.request.npos || ask.request.find('\r') != ask.request.npos)
    throw Error(Fault::fatal, format("{}: the request is not on one line; write it without indentation", {path}));
  if (!purse.covers(ask.reserve)) {
    ask.answer = Error(Fault::exhausted, format("{}: not issued, the purse does not cover it", {path}));
    return false;
  }
  const std::uint64_t request = request_hash(ask.kind, ask.request);
  if (auto known = journal_.take(path)) {
    if (known->request != request) return halt(changed(path)), true;
    journal_.drop_below(path);
    purse.take(known->cost);
    spent_ += known->cost;
    ask.answer = std::move(known->answer);
    if (work_left_ > 1) return --work_left_, false;
    return ready(frame), true;
  }
  purse.take(ask.reserve);
  ask.asker = &frame;
  open_.emplace(++last_id_, Open{&ask, std::move(path), request, ask.reserve.runs});
  return true;
}

std::vector<Run::Effect> Run::take(std::size_t most) {
  std::vector<Effect> effects;
  for (auto next = open_.lower_bound(next_to_take_); next != open_.end() && effects.size() < most; ++next) {
    auto& [id, open] = *next;
    next_to_take_ = id + 1;
    if (std::exchange(open.taken, true)) continue;  // a call of the host
    effects.push_back({id, open.path, open.ask->kind, std::move(open.ask->request)});
  }
  return effects;
}

Run::Open* Run::taken(std::uint64_t id) {
  const auto found = open_.find(id);
  return found != open_.end() && found->second.taken ? &found->second : nullptr;
}

bool Run::answer(std::uint64_t id, JsonLine value, Usage usage) { return close(id, std::move(value).text(), usage); }

bool Run::fail(std::uint64_t id, Error error, Usage usage) { return close(id, std::move(error), usage); }

bool Run::close(std::uint64_t id, Outcome<std::string> answer, Usage usage) {
  Open* open = taken(id);
  if (!open || open->answered()) return false;
  const bool fatal = !answer && answer.error().fault == Fault::fatal;
  if (fatal || !open->calls || open->calls->open == 0) return settle(id, std::move(answer), usage), true;
  open->calls->held.emplace(std::move(answer), usage);
  return true;
}

bool Run::Calls::used_up() const {
  bool used_up = false;
  Cost limit = reserve.left(), taken = known;
  per_dimension([&](std::int64_t most, std::int64_t has) { used_up = used_up || (has > 0 && has >= most); }, limit,
                taken);
  return used_up;
}

/// An effect and the calls below it are all answered.
void Run::settle(std::uint64_t id, Outcome<std::string> answer, Usage usage) {
  const Open open = std::move(open_.extract(id).mapped());
  const bool fatal = !answer && answer.error().fault == Fault::fatal;
  const bool history = !fatal && !open.moot && (answer || !ended() || answer.error().fault != Fault::transient);
  Cost cost = usage.with_runs(history ? open.runs : 0);
  spent_ += cost;
  if (open.calls) cost += open.calls->cost;  // in spent_ already
  if (fatal) halt(thrown(answer.error()));
  const bool refusal = !answer && answer.error().fault == Fault::exhausted;
  if (history && !refusal) lines_ += journal_line(open.path, open.request, answer, cost);
  if (history && open.ask) {
    Frame& asker = *open.ask->asker;
    asker.scope->strand().purse.put(open.ask->reserve);
    asker.scope->strand().purse.take(cost);
    open.ask->answer = std::move(answer);
    ready(asker);
  }
  if (Open* parent = taken(open.parent)) {
    parent->calls->cost += cost, parent->calls->known += cost;
    if (!history && !parent->answered()) parent->moot = true;
    if (--parent->calls->open == 0 && parent->answered()) {
      auto [its_answer, its_usage] = *std::move(parent->calls->held);
      settle(open.parent, std::move(its_answer), its_usage);
    }
  }
}

bool Run::part(std::uint64_t id, std::string_view text) {
  const Open* open = taken(id);
  if (!open) return false;
  try {
    if (open->ask && open->ask->on_part) open->ask->on_part(text);
  } catch (...) {
    halt(std::current_exception());
  }
  return true;
}

std::optional<Run::Nested> Run::nested(std::uint64_t parent, std::string_view name, std::string_view kind,
                                       std::string_view request, Usage reserve) {
  Open* above = taken(parent);
  if (!above || above->answered() || above->parent) return std::nullopt;
  if (ended()) {
    above->moot = true;
    return Nested{.answer = Error(Fault::fatal, format("{}: no more calls, the run has ended", {above->path}))};
  }
  if (!above->calls) {
    const Purse& purse = above->ask->asker->scope->strand().purse;
    above->calls = std::make_unique<Calls>(purse.part(above->ask->reserve));
  }
  Calls& calls = *above->calls;
  if (std::exchange(calls.turn, turn_) != turn_) calls.known = calls.cost;
  const std::uint64_t hash = request_hash(kind, request);
  std::string path = above->path;
  path.append(1, '/').append(name).append(1, '@').append(detail::hex16(hash));
  if (!calls.purse.covers(reserve.with_runs(0)))
    return Nested{.answer = Error(Fault::exhausted, format("{}: not issued, what was reserved for {} does not cover it",
                                                           {path, above->path}))};
  std::size_t& asked = calls.asked[path];
  path.append(1, '[').append(std::to_string(asked)).append(1, ']');
  auto known = journal_.take(path);
  if (!known && calls.used_up())
    return Nested{.answer = Error(Fault::exhausted,
                                  format("{}: not issued, what was reserved for {} is spent", {path, above->path}))};
  ++asked;
  calls.purse.take(reserve.with_runs(0));
  if (known) {
    if (known->request != hash) {
      halt(changed(path));
      return nested(parent, name, kind, request, reserve);
    }
    spent_ += known->cost;
    calls.cost += known->cost;
    return Nested{.answer = std::move(known->answer)};
  }
  ++calls.open;
  open_.emplace(++last_id_, Open{nullptr, std::move(path), hash, 0, true, parent});
  return Nested{.id = last_id_};
}

void Run::stop(std::string reason) { end(State::stopped, std::move(reason)); }

void Run::ready(Ready& waiting) noexcept {
  (first_ready_ ? last_ready_->next : first_ready_) = &waiting;
  last_ready_ = &waiting;
}

void Run::halt(std::exception_ptr why) noexcept {
  if (!halted_) halted_ = std::move(why);
}

bool Run::work(std::size_t most) {
  ++turn_;
  if (!root_) return false;
  for (work_left_ = most; first_ready_ && !halted_ && work_left_ > 0; --work_left_) {
    Ready& next = *first_ready_;
    first_ready_ = std::exchange(next.next, nullptr);
    next.go(next);
  }
  pass_events();
  if (first_ready_ && !halted_) return true;
  conclude();
  return false;
}

void Run::pass_events() {
  for (Json& event : std::exchange(strand_.held, {})) {
    if (event.value("event", "") == "offer") {
      const double score = event["score"];
      event["best"] = !best_ || score > best_->score;
      if (event["best"]) best_ = Best{event["program"], score};
    }
    events_.push_back(std::move(event));
  }
}

/// Ends the run if it cannot go on.
void Run::conclude() {
  const bool finished = root_->self.done();
  if (!finished && !halted_ && !open_.empty()) return;
  try {
    if (halted_) std::rethrow_exception(halted_);
    if (!finished)
      throw Error(Fault::fatal,
                  "every task waits and no effect is open: something was awaited that is not the engine's");
    result_ = std::exchange(root_, nullptr)->take();
    end(State::done, "");
  } catch (const Error& error) {
    end(error.fault == Fault::exhausted ? State::budget : State::failed, error.what(), error.code);
  } catch (const std::exception& error) {
    end(State::failed, error.what());
  } catch (...) {
    end(State::failed, "an exception of unknown type");
  }
}

void Run::end(State state, std::string reason, const char* code) {
  if (state_ != State::running) return;
  state_ = state, reason_ = std::move(reason), code_ = code;
  first_ready_ = nullptr, root_ = nullptr;
  while (youngest_) youngest_->free();
  std::erase_if(open_, [](const auto& entry) { return !entry.second.taken; });
  for (auto& [id, open] : open_) open.ask = nullptr;
}

std::vector<Json> Run::take_events() { return std::exchange(events_, {}); }

}  // namespace strop
