// ThreadPool: a few threads that stay, for many short parallel loops. Workers spin briefly after a loop, then sleep.
//
// On a machine whose cores are wanted by others a worker may be put aside in the middle of a task, and the loop waits for it longer than
// it works. Where that happens again and again the caller works alone for a while, then tries the others once more (Busy): no slower
// than one thread, and without their share of processor time.
//
// Run(n, body) calls body(task, thread) once for each task in [0, n); which thread takes a task is open, so a body writes only what
// belongs to its task. `thread` < threads() names scratch memory. The calling thread works too.
// Thread rule: one Run at a time, from the owner's thread; no Run inside a body.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

namespace paw {

// Whether a pool's workers are worth waiting for, told by how long the loops waited at their ends.
// Thread rule: of the thread that runs the loops.
class Busy {
 public:
  using Clock = std::chrono::steady_clock;

  bool alone(Clock::time_point now) const { return now < alone_until_; }
  // A loop that began at `begin`, whose caller had nothing left to do at `idle`, and that ended at `end`.
  void Waited(Clock::time_point begin, Clock::time_point idle, Clock::time_point end);
  void DidNotWait() { calm_ += 1; }

 private:
  Clock::time_point alone_until_;
  std::chrono::milliseconds pause_ = kPauseMin;  // the next one
  int strikes_ = 0;                              // long waits
  int calm_ = 0;                                 // loops without one since the last

  static constexpr std::chrono::milliseconds kPauseMin{20}, kPauseMax{640};
};

class ThreadPool {
 public:
  explicit ThreadPool(int threads);  // 0 = all cores
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  template <class Body>
  void Run(int tasks, Body&& body) {
    using Plain = std::remove_reference_t<Body>;
    RunErased(
        tasks, [](void* context, int task, int thread) { (*static_cast<Plain*>(context))(task, thread); },
        const_cast<void*>(static_cast<const void*>(&body)));
  }

  // body(first, last, thread) over [0, n) in pieces of `grain`.
  template <class Body>
  void RunRanges(int n, int grain, Body&& body) {
    Run((n + grain - 1) / grain, [&](int task, int thread) {
      const int first = task * grain;
      body(first, first + grain < n ? first + grain : n, thread);
    });
  }

 private:
  using Function = void (*)(void* context, int task, int thread);
  void RunErased(int tasks, Function function, void* context);
  void WaitForTheRest(Busy::Clock::time_point begin);
  void Work(int thread);
  bool TakeOne(std::uint64_t& ticket, int thread);

  // One word: generation << 40 | tasks << 20 | next. A worker that takes a task by compare-and-swap knows that its loop is still open.
  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<int> unfinished_{0};
  std::atomic<bool> stop_{false};
  Function function_ = nullptr;
  void* context_ = nullptr;
  Busy busy_;
  std::vector<std::thread> workers_;
};

}  // namespace paw
