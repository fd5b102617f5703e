#include <strop/engine/each.hpp>
#include <strop/engine/run.hpp>

namespace strop {

struct Group::Item {
  Item(Scope& here, std::string path, Cost reserve, std::size_t index)
      : strand{&here.strand(), here.strand().purse.slice(reserve), false, index},
        scope(here.run(), strand, std::move(path)) {}
  Strand strand;
  Scope scope;
  bool joined = false;
};

Group::Group(const Concurrently& options, std::size_t size)
    : Ready{[](Ready& group) { static_cast<Group&>(group).proceed(); }}, options_(options), items_(size) {}

Group::~Group() = default;

Error Group::refused() const {
  return {Fault::exhausted, std::string(options_.name) + ": not started, the purse does not cover it"};
}

bool Group::begin(Frame& awaiter) noexcept {
  awaiter_ = &awaiter;
  try {
    first_index_ = awaiter.scope->count(options_.name, items_.size());
    start_more();
  } catch (...) {
    awaiter.scope->run().halt(std::current_exception());
    return true;
  }
  return open_ > 0;
}

void Group::start_more() {
  Scope& here = *awaiter_->scope;
  Purse& purse = here.strand().purse;
  const std::size_t limit = std::max<std::size_t>(options_.limit, 1);
  while (started_ < items_.size() && open_ < limit && purse.covers(options_.reserve)) {
    const std::size_t k = started_++;
    ++open_;
    items_[k] = std::make_unique<Item>(here, here.path_of(options_.name, first_index_ + k), options_.reserve, k);
    items_[k]->strand.head = k == head_;
    start(items_[k]->scope);
  }
}

void Group::done(Frame& frame) noexcept {
  Run& run = awaiter_->scope->run();
  if (frame.error) {
    try {
      std::rethrow_exception(frame.error);
    } catch (const Error& error) {
      if (error.fault == Fault::fatal) return run.halt(frame.error);
    } catch (...) {
      return run.halt(frame.error);
    }
  }
  if (!first_) run.ready(*this);
  (first_ ? last_->next : first_) = &frame;
  last_ = &frame;
}

/// Takes what has finished, in whatever order, starts what may start, and wakes the awaiter after the last.
void Group::proceed() noexcept {
  Run& run = awaiter_->scope->run();
  try {
    while (first_) {
      Frame& finished = static_cast<Frame&>(*first_);
      first_ = std::exchange(finished.next, nullptr);
      const std::size_t k = finished.scope->strand().index;
      collect(k, finished);
      join(k);
    }
    start_more();
  } catch (...) {
    return run.halt(std::current_exception());
  }
  if (open_ > 0) return;
  awaiter_->scope->strand().purse.take(debt_);
  run.ready(*awaiter_);
}

/// What is left of the item's purse goes back, what it overspent is charged at the end of the group, since when it is
/// known depends on time. Its events go out when all before it are out.
void Group::join(std::size_t k) {
  debt_ += awaiter_->scope->strand().purse.reclaim(items_[k]->strand.purse);
  items_[k]->joined = true;
  --open_;
  while (head_ < started_ && items_[head_]->joined) {
    items_[head_++].reset();
    if (head_ == started_) break;
    Strand& strand = items_[head_]->strand;
    strand.head = true;
    for (auto& event : std::exchange(strand.held, {})) strand.emit(std::move(event));
  }
}

}  // namespace strop
