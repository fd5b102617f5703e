#include <strop/engine/each.hpp>
#include <strop/engine/run.hpp>

namespace strop {

void Frame::start(Scope& in, Frame* awaiter, Group* member_of) {
  Run& run = in.run();
  scope = &in, parent = awaiter, group = member_of, older = run.youngest_;
  if (older) older->newer = this;
  run.youngest_ = this;
  run.ready(*this);
}

void Frame::finish() noexcept {
  if (group)
    group->done(*this);
  else if (parent)
    scope->run().ready(*parent);
}

void Frame::free() noexcept {
  if (older) older->newer = newer;
  (newer ? newer->older : scope->run().youngest_) = older;
  self.destroy();
}

Ask::Ask(std::string kind, std::string request, Cost reserve)
    : kind(std::move(kind)), request(std::move(request)), reserve(reserve), answer(std::string()) {}
Ask::Ask(Ask&&) noexcept = default;
Ask::~Ask() = default;
std::string Ask::await_resume() { return std::move(answer).value(); }
bool Ask::open(Frame& frame) { return frame.scope->run().open(*this, frame); }

}  // namespace strop
