#include "teacher/questions.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "fs/memory_fs.h"
#include "net/http.h"

namespace paw {
namespace {

// Answers "reply N" to the N-th request, from 0.
class CountingServer : public Http {
 public:
  Result<HttpReply> Send(const HttpRequest&, const CancelFlag*) override {
    const Json reply = {{"choices", {{{"message", {{"content", "reply " + std::to_string(sent++)}}}}}}, {"usage", {{"total_tokens", 10}}}};
    return HttpReply{200, {}, WriteJson(reply)};
  }
  std::atomic<int> sent{0};
};

class QuestionsTest : public testing::Test {
 protected:
  void Open(std::int64_t tokens_max = 0, std::size_t journal_bytes_max = kTeacherJournalBytesMax) {
    journal_.reset();
    journal_ = *TeacherJournal::Open(fs_, "/cache", "key", journal_bytes_max);
    endpoint_ = std::make_unique<Endpoint>(*Endpoint::Open(server_, fs_, {"http://127.0.0.1:9/v1", "", 1, nullptr}));
    questions_ = std::make_unique<Questions>(*endpoint_, *journal_, Questions::Options{tokens_max, 1, nullptr}, [](const std::string&) {});
  }
  // Takes the answer `wanted` and no other.
  Result<Outcome> Ask(std::int64_t batch, const std::string& wanted) {
    const auto read = [&wanted](std::string_view answer) { return answer == wanted ? Ok() : Refused("found " + std::string(answer)); };
    return questions_->Ask(
        batch, TeacherStep::kPairs, [](int attempt) { return Json(attempt); }, read);
  }

  MemoryFs fs_;
  CountingServer server_;
  std::unique_ptr<TeacherJournal> journal_;
  std::unique_ptr<Endpoint> endpoint_;
  std::unique_ptr<Questions> questions_;
};

TEST_F(QuestionsTest, AsksUntilAnAnswerCanBeReadAndNeverAgain) {
  Open();
  EXPECT_EQ(*Ask(7, "reply 2"), Outcome::kAnswered);
  EXPECT_EQ(questions_->asked(), 3);
  EXPECT_EQ(questions_->last_problem(), "found reply 1");
  Open();
  EXPECT_EQ(*Ask(7, "reply 2"), Outcome::kAnswered);
  EXPECT_EQ(questions_->asked(), 0);
  EXPECT_EQ(server_.sent, 3);
}

TEST_F(QuestionsTest, GivesUpAndTriesAnewInTheNextRun) {
  Open();
  EXPECT_EQ(*Ask(7, "reply 4"), Outcome::kGivenUp);
  EXPECT_EQ(server_.sent, 3);
  Open(30);
  EXPECT_EQ(*Ask(7, "reply 4"), Outcome::kGivenUp) << "for good, once the limit is reached";
  EXPECT_EQ(*Ask(8, "reply 4"), Outcome::kStopped);
  EXPECT_EQ(questions_->WhyStopped(), "the limit of 30 tokens is reached with 30 spent");
  EXPECT_EQ(server_.sent, 3);
  Open();
  EXPECT_EQ(*Ask(7, "reply 4"), Outcome::kAnswered);
  EXPECT_EQ(server_.sent, 5);
}

// As at the token limit: what is there is of use, and nothing more is paid for.
TEST_F(QuestionsTest, NothingIsAskedForAFullJournal) {
  Open(0, 160);  // a line has 56 bytes: two of them fit, and then there is no room for another
  EXPECT_EQ(*Ask(7, "reply 1"), Outcome::kAnswered);
  EXPECT_EQ(*Ask(8, "reply 2"), Outcome::kStopped);
  EXPECT_EQ(server_.sent, 2);
  EXPECT_EQ(questions_->WhyStopped(), "the file of the replies is full (160 bytes at most)");
  Open(0, 160);
  EXPECT_EQ(*Ask(7, "reply 1"), Outcome::kAnswered);
  EXPECT_EQ(*Ask(8, "reply 2"), Outcome::kStopped);
  EXPECT_EQ(server_.sent, 2);
}

TEST_F(QuestionsTest, AReplyForWhichThereIsNoRoomEndsTheAsking) {
  Open(0, 30);
  EXPECT_EQ(*Ask(7, "reply 0"), Outcome::kStopped);
  EXPECT_EQ(*Ask(8, "reply 1"), Outcome::kStopped);
  EXPECT_EQ(server_.sent, 1);
  EXPECT_EQ(questions_->asked(), 1) << "it was paid for";
}

TEST_F(QuestionsTest, NothingIsAskedAfterStop) {
  Open();
  EXPECT_EQ(*Ask(7, "reply 0"), Outcome::kAnswered);
  questions_->Stop();
  EXPECT_EQ(*Ask(7, "reply 0"), Outcome::kAnswered) << "it is there";
  EXPECT_EQ(Ask(8, "reply 1").code(), Code::kFailed);
  EXPECT_EQ(server_.sent, 1);
}

TEST(InOrder, TakesInOrderWhateverComesFirst) {
  for (const int threads : {1, 2, 4}) {
    std::mutex mutex;
    std::vector<std::size_t> taken;
    std::set<std::thread::id> workers;
    const auto work = [&](std::size_t i) -> Result<std::size_t> {
      std::this_thread::sleep_for(std::chrono::microseconds(i % 3 * 300));
      return i;
    };
    const auto take = [&](std::size_t i) {
      taken.push_back(i);
      workers.insert(std::this_thread::get_id());
    };
    EXPECT_TRUE(InOrder(50, threads, mutex, work, take, [] { FAIL(); }).ok());
    ASSERT_EQ(taken.size(), 50u);
    for (std::size_t i = 0; i < taken.size(); ++i) EXPECT_EQ(taken[i], i);
    EXPECT_LE(workers.size(), static_cast<std::size_t>(threads));
  }
  std::mutex mutex;
  EXPECT_TRUE(InOrder(
                  0, 4, mutex, [](std::size_t i) -> Result<std::size_t> { return i; }, [](std::size_t) { FAIL(); }, [] { FAIL(); })
                  .ok());
}

TEST(InOrder, TheFirstErrorStopsIt) {
  for (const int threads : {1, 4}) {
    std::mutex mutex;
    std::atomic<int> begun{0};
    int taken = 0, stops = 0;
    std::atomic<bool> stopped{false};
    const auto work = [&](std::size_t i) -> Result<std::size_t> {
      ++begun;
      if (i == 3) return Unavailable("the third");
      while (i > 3 && !stopped) std::this_thread::yield();
      if (i > 3) return Failed("told to stop");
      return i;
    };
    const auto stop = [&] {
      ++stops;
      stopped = true;
    };
    const Status status = InOrder(
        100, threads, mutex, work, [&](std::size_t) { ++taken; }, stop);
    EXPECT_EQ(status.message(), "the third");
    EXPECT_EQ(stops, 1);
    EXPECT_LE(taken, 3);
    EXPECT_LE(begun, 3 + threads);
  }
}

}  // namespace
}  // namespace paw
