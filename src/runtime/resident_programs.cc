#include "runtime/resident_programs.h"

#include <utility>

namespace paw {

ResidentProgram::~ResidentProgram() {
  const std::lock_guard lock(set_->mutex_);
  if (program_ == nullptr) return;
  set_->bytes_ -= program_->adapter_bytes();
  set_->open_.erase(place_);
}

Result<std::shared_ptr<const Program>> ResidentProgram::Take() {
  if (auto program = set_->FindOpen(*this); program != nullptr) return program;
  const std::lock_guard opening(opening_);
  if (auto program = set_->FindOpen(*this); program != nullptr) return program;
  auto program = PAW_TRY(open_());
  const auto closed = set_->Keep(*this, program);  // gone after the set's lock
  return program;
}

std::shared_ptr<ResidentProgram> ResidentPrograms::Add(const std::shared_ptr<ResidentPrograms>& set, std::shared_ptr<const Program> program,
                                                       ResidentProgram::Opener open) {
  auto one = std::make_shared<ResidentProgram>(set, std::move(open));
  const auto closed = set->Keep(*one, std::move(program));
  return one;
}

std::shared_ptr<const Program> ResidentPrograms::FindOpen(ResidentProgram& one) {
  const std::lock_guard lock(mutex_);
  if (one.program_ != nullptr) open_.splice(open_.begin(), open_, one.place_);
  return one.program_;
}

ResidentPrograms::Programs ResidentPrograms::Keep(ResidentProgram& one, std::shared_ptr<const Program> program) {
  const std::lock_guard lock(mutex_);
  open_.push_front(&one);
  one.place_ = open_.begin();
  bytes_ += program->adapter_bytes();
  one.program_ = std::move(program);
  ++opened_;
  return Trim();
}

// Closes programs, the longest unused first, until the rest fit or are in use; the caller lets them go.
ResidentPrograms::Programs ResidentPrograms::Trim() {
  Programs closed;
  for (auto at = open_.end(); bytes_ > bytes_max_ && at != open_.begin();) {
    --at;
    ResidentProgram& one = **at;
    if (one.program_.use_count() > 1) continue;
    bytes_ -= one.program_->adapter_bytes();
    closed.push_back(std::move(one.program_));
    one.program_ = nullptr;
    at = open_.erase(at);
  }
  return closed;
}

ResidentPrograms::Counts ResidentPrograms::counts() const {
  const std::lock_guard lock(mutex_);
  return {static_cast<std::int64_t>(open_.size()), bytes_, opened_};
}

}  // namespace paw
