#include "kernels/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <thread>
#include <vector>

#include "base/test_effort.h"

namespace paw {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using Time = Busy::Clock::time_point;

constexpr Time kStart = Time(std::chrono::hours(1));

// A loop whose caller worked 100 us and waited so long.
Time Loop(Busy& busy, Time begin, microseconds waited) {
  const Time idle = begin + microseconds(100), end = idle + waited;
  busy.Waited(begin, idle, end);
  return end;
}

TEST(Busy, LongWaitsSendTheCallerToWorkAlone) {
  Busy busy;
  Time now = kStart;
  for (int i = 0; i < 2; ++i) now = Loop(busy, now, milliseconds(3));
  EXPECT_FALSE(busy.alone(now)) << "two long waits may be chance";
  now = Loop(busy, now, milliseconds(3));
  EXPECT_TRUE(busy.alone(now));
  EXPECT_TRUE(busy.alone(now + milliseconds(19)));
  EXPECT_FALSE(busy.alone(now + milliseconds(21))) << "then the others are tried again";
}

TEST(Busy, EachTimeItWorksAloneForLonger) {
  Busy busy;
  Time now = kStart;
  for (const int pause : {20, 40, 80, 160, 320, 640, 640}) {
    for (int i = 0; i < 3; ++i) now = Loop(busy, now, milliseconds(3));
    EXPECT_TRUE(busy.alone(now + milliseconds(pause - 1)));
    now += milliseconds(pause);
    EXPECT_FALSE(busy.alone(now)) << pause;
  }
}

TEST(Busy, ShortWaitsAndThoseBelowTheWorkItselfDoNotCount) {
  Busy busy;
  Time now = kStart;
  for (int i = 0; i < 100; ++i) now = Loop(busy, now, microseconds(299));
  EXPECT_FALSE(busy.alone(now));
  for (int i = 0; i < 100; ++i) {
    busy.Waited(now, now + milliseconds(5), now + milliseconds(9));
    now += milliseconds(9);
  }
  EXPECT_FALSE(busy.alone(now));
}

TEST(Busy, LongWaitsFarApartAreForgotten) {
  Busy busy;
  Time now = kStart;
  for (int i = 0; i < 20; ++i) {
    now = Loop(busy, now, milliseconds(3));
    for (int calm = 0; calm < 64; ++calm) busy.DidNotWait();
  }
  EXPECT_FALSE(busy.alone(now));
}

TEST(ThreadPool, RunsEveryTaskOnce) {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (const int tasks : {0, 1, 2, 3, 100, 1000}) {
      std::vector<std::atomic<int>> seen(static_cast<std::size_t>(tasks));
      for (int repeat = 0; repeat < 20; ++repeat) {
        pool.Run(tasks, [&](int task, int thread) {
          ASSERT_LT(thread, threads);
          seen[static_cast<std::size_t>(task)].fetch_add(1);
        });
      }
      for (const auto& count : seen) EXPECT_EQ(count.load(), 20);
    }
  }
}

// A worker that is still taking tasks when the pool ends must not fall asleep for good: this hangs where one does.
TEST(ThreadPool, EndsWhileWorkersAreStillLooking) {
  const int repeats = TestEffort(5000, 150);
  std::atomic<int> runs{0};
  for (int repeat = 0; repeat < repeats; ++repeat) {
    ThreadPool pool(6);
    for (int loop = 0; loop < 3; ++loop) pool.Run(8, [&](int, int) { runs.fetch_add(1, std::memory_order_relaxed); });
  }
  EXPECT_EQ(runs.load(), repeats * 3 * 8);
}

TEST(ThreadPool, EveryTaskRunsOnceWhoeverIsSlow) {
  ThreadPool pool(3);
  for (int round = 0; round < 40; ++round) {
    std::vector<int> runs(17);
    pool.Run(17, [&](int task, int thread) {
      if (thread != 0 && task % 5 == 0) std::this_thread::sleep_for(milliseconds(1));  // a worker that is put aside
      ++runs[static_cast<std::size_t>(task)];
    });
    EXPECT_EQ(std::accumulate(runs.begin(), runs.end(), 0), 17);
    EXPECT_EQ(runs, std::vector<int>(17, 1));
  }
}

}  // namespace
}  // namespace paw
