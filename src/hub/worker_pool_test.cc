#include "hub/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

namespace paw::hub {
namespace {

TEST(WorkerPool, RefusesWhenAsManyWaitAsMay) {
  std::promise<void> go, begun;
  const std::shared_future<void> gate = go.get_future().share();
  std::atomic<int> done = 0;
  WorkerPool pool(1, 2);
  ASSERT_TRUE(pool.Submit([&] {
    begun.set_value();
    gate.wait();
    ++done;
  }));
  begun.get_future().wait();
  EXPECT_EQ(pool.busy(), 1u);
  EXPECT_TRUE(pool.Submit([&] { ++done; }));
  EXPECT_TRUE(pool.Submit([&] { ++done; }));
  EXPECT_EQ(pool.waiting(), 2u);
  EXPECT_FALSE(pool.Submit([&] { ++done; }));
  go.set_value();
  while (pool.busy() + pool.waiting() > 0) std::this_thread::yield();
  EXPECT_EQ(done, 3) << "the refused one never runs";
  EXPECT_TRUE(pool.Submit([] {}));
}

TEST(WorkerPool, TheDestructorFinishesWhatWasTaken) {
  std::atomic<int> done = 0;
  std::promise<void> go;
  const std::shared_future<void> gate = go.get_future().share();
  std::thread releases;
  {
    WorkerPool pool(2, 100);
    for (int i = 0; i < 50; ++i) {
      ASSERT_TRUE(pool.Submit([&, gate] {
        gate.wait();
        ++done;
      }));
    }
    releases = std::thread([&] { go.set_value(); });
  }
  EXPECT_EQ(done, 50);
  releases.join();
}

TEST(WorkerPool, RunsJobsSideBySideInTheOrderTheyCame) {
  std::promise<void> first, second;
  WorkerPool pool(2, 10);
  // Each waits for the other: one thread would never end.
  ASSERT_TRUE(pool.Submit([&] {
    first.set_value();
    second.get_future().wait();
  }));
  ASSERT_TRUE(pool.Submit([&] {
    second.set_value();
    first.get_future().wait();
  }));
  while (pool.busy() + pool.waiting() > 0) std::this_thread::yield();
  std::vector<int> order;
  {
    WorkerPool one(1, 10);
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(one.Submit([&order, i] { order.push_back(i); }));
  }
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

}  // namespace
}  // namespace paw::hub
