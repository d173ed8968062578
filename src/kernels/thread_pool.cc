#include "kernels/thread_pool.h"

#include <algorithm>

namespace paw {
namespace {

constexpr int kThreadsMax = 256;
constexpr int kTaskBits = 20;
constexpr std::uint64_t kTaskMask = (1u << kTaskBits) - 1;
constexpr int kSpins = 4000;  // about 50 us: longer than the gaps between the loops of one layer
constexpr int kSpinsAtEnd = 2000;
constexpr auto kLongWait = std::chrono::microseconds(300);
constexpr int kStrikesMax = 3;
constexpr int kCalmLoops = 64;

void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");  // `yield` is over at once on most chips
#endif
}

std::uint64_t NextOf(std::uint64_t ticket) { return ticket & kTaskMask; }
std::uint64_t TasksOf(std::uint64_t ticket) { return (ticket >> kTaskBits) & kTaskMask; }

}  // namespace

void Busy::Waited(Clock::time_point begin, Clock::time_point idle, Clock::time_point end) {
  if (calm_ >= kCalmLoops) {
    strikes_ = 0;
    pause_ = std::max(pause_ / 2, kPauseMin);
  }
  if (end - idle < kLongWait || end - idle < idle - begin) return DidNotWait();
  calm_ = 0;
  if (++strikes_ < kStrikesMax) return;
  strikes_ = 0;
  alone_until_ = end + pause_;
  pause_ = std::min(pause_ * 2, kPauseMax);
}

ThreadPool::ThreadPool(int threads) {
  if (threads <= 0) threads = static_cast<int>(std::thread::hardware_concurrency());
  threads = std::clamp(threads, 1, kThreadsMax);
  for (int thread = 1; thread < threads; ++thread) {
    workers_.emplace_back([this, thread] { Work(thread); });
  }
}

ThreadPool::~ThreadPool() {
  stop_.store(true);
  ticket_.fetch_add(std::uint64_t{1} << (2 * kTaskBits));
  ticket_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

bool ThreadPool::TakeOne(std::uint64_t& ticket, int thread) {
  while (NextOf(ticket) < TasksOf(ticket)) {
    if (ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel, std::memory_order_acquire)) {
      function_(context_, static_cast<int>(NextOf(ticket)), thread);
      if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished_.notify_one();
      ticket = ticket_.load(std::memory_order_acquire);
      return true;
    }
  }
  return false;
}

void ThreadPool::Work(int thread) {
  std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
  while (!stop_.load(std::memory_order_relaxed)) {
    if (TakeOne(ticket, thread)) continue;
    const std::uint64_t seen = ticket;
    for (int spin = 0; spin < kSpins && ticket == seen; ++spin) {
      Pause();
      ticket = ticket_.load(std::memory_order_acquire);
    }
    // Once more: TakeOne may have brought the ticket of the end itself, and nobody wakes who sleeps on that.
    if (ticket == seen && !stop_.load(std::memory_order_relaxed)) {
      ticket_.wait(seen, std::memory_order_acquire);
      ticket = ticket_.load(std::memory_order_acquire);
    }
  }
}

void ThreadPool::RunErased(int tasks, Function function, void* context) {
  const Busy::Clock::time_point begin = workers_.empty() || tasks <= 1 ? Busy::Clock::time_point() : Busy::Clock::now();
  // No loop of the engine has more tasks than a ticket holds; if one had, it would still be right.
  if (workers_.empty() || tasks <= 1 || tasks > static_cast<int>(kTaskMask) || busy_.alone(begin)) {
    for (int task = 0; task < tasks; ++task) function(context, task, 0);
    return;
  }
  function_ = function;
  context_ = context;
  unfinished_.store(tasks, std::memory_order_relaxed);
  const std::uint64_t generation = (ticket_.load(std::memory_order_relaxed) >> (2 * kTaskBits)) + 1;
  ticket_.store((generation << (2 * kTaskBits)) | (static_cast<std::uint64_t>(tasks) << kTaskBits), std::memory_order_release);
  ticket_.notify_all();
  std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
  while (TakeOne(ticket, 0)) {
  }
  WaitForTheRest(begin);
}

void ThreadPool::WaitForTheRest(Busy::Clock::time_point begin) {
  int left = unfinished_.load(std::memory_order_acquire);
  if (left == 0) return busy_.DidNotWait();
  const Busy::Clock::time_point idle = Busy::Clock::now();
  for (int spin = 0; spin < kSpinsAtEnd && left != 0; ++spin) {
    Pause();
    left = unfinished_.load(std::memory_order_acquire);
  }
  if (left == 0) return busy_.DidNotWait();
  while ((left = unfinished_.load(std::memory_order_acquire)) != 0) unfinished_.wait(left, std::memory_order_acquire);
  busy_.Waited(begin, idle, Busy::Clock::now());
}

}  // namespace paw
