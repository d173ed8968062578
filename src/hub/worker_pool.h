// WorkerPool: the threads that answer requests, and the requests that wait for one.
//
// Thread rule: Submit from any thread. Owner: the server; the destructor finishes what was taken and waits. Errors: false where as many wait
// as may: the caller says so to its client at once, so that a crowd gets answers and not time-outs.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace paw::hub {

class WorkerPool {
 public:
  WorkerPool(int threads, std::size_t waiting_max);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  bool Submit(std::function<void()> job);
  std::size_t waiting() const;
  std::size_t busy() const;
  bool idle() const;  // nobody works and nobody waits

 private:
  void Work();

  const std::size_t waiting_max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  std::size_t busy_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace paw::hub
