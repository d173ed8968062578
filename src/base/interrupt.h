// CancelFlag: asks a long job to stop. The app sets it from its signal handler; the library looks at it between units of work.
//
// Thread rule: any thread, and a signal handler, may Cancel() and read. Owner: the app; jobs hold a pointer that may be null.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "paw/status.h"

namespace paw {

class CancelFlag {
 public:
  void Cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
  void Reset() noexcept { cancelled_.store(false, std::memory_order_relaxed); }
  bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }

 private:
  static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");
  std::atomic<bool> cancelled_{false};
};

// kInterrupted when the flag is set; ok for a null one. `what` is what was being done: "training".
inline Status CheckCancelled(const CancelFlag* flag, std::string_view what) {
  if (flag == nullptr || !flag->cancelled()) return Ok();
  return Interrupted(std::string(what) + ": interrupted");
}

}  // namespace paw
