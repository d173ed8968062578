#include "kernels/thread_pool.h"

#include <algorithm>

namespace paw {
namespace {

constexpr int kThreadsMax = 256;
constexpr int kTaskBits = 20;
constexpr std::uint64_t kTaskMask = (1u << kTaskBits) - 1;
constexpr int kSpins = 4000;  // about 50 us: longer than the gaps between the loops of one layer
constexpr int kSpinsBeforeYield = 2000;

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
      unfinished_.fetch_sub(1, std::memory_order_release);
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
  // No loop of the engine has more tasks than a ticket holds; if one had, it would still be right.
  if (workers_.empty() || tasks <= 1 || tasks > static_cast<int>(kTaskMask)) {
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
  for (int spin = 0; unfinished_.load(std::memory_order_acquire) != 0; ++spin) {
    spin < kSpinsBeforeYield ? Pause() : std::this_thread::yield();
  }
}

}  // namespace paw
