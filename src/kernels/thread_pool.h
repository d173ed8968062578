// ThreadPool: a few threads that stay, for many short parallel loops. Workers spin briefly after a loop, then sleep.
//
// Run(n, body) calls body(task, thread) once for each task in [0, n); which thread takes a task is open, so a body writes only what
// belongs to its task. `thread` < threads() names scratch memory. The calling thread works too.
// Thread rule: one Run at a time, from the owner's thread; no Run inside a body.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

namespace paw {

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
  void Work(int thread);
  bool TakeOne(std::uint64_t& ticket, int thread);

  // One word: generation << 40 | tasks << 20 | next. A worker that takes a task by compare-and-swap knows that its loop is still open.
  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<int> unfinished_{0};
  std::atomic<bool> stop_{false};
  Function function_ = nullptr;
  void* context_ = nullptr;
  std::vector<std::thread> workers_;
};

}  // namespace paw
