#include "hub/compile_jobs.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "hub/hub_test_support.h"

namespace paw::hub {
namespace {

constexpr double kLong = 20;  // seconds: never reached where the test passes

CompileEvent Event(const std::string& stage, std::int64_t step = 0, double loss = 0, std::optional<double> held_out = std::nullopt) {
  return {stage, step, 100, loss, held_out, 0, ""};
}

class JobsTest : public testing::Test {
 protected:
  JobsTest() : ana_(shelf_.User("ana")), ben_(shelf_.User("ben")) { Begin(); }
  ~JobsTest() override { compiler_.Release(); }

  // A server's life: the object that works.
  void Begin() {
    jobs_ = std::make_unique<CompileJobs>(*shelf_.database, *shelf_.catalog, shelf_.fs, compiler_.Fn());
    ASSERT_TRUE(jobs_->Start().ok());
  }
  void End() { jobs_.reset(); }

  static CompileRequest Asking(const std::string& what, const Json& more = Json::object()) {
    Json body = {{"spec", "A spec about " + what + "."}, {"compiler", "c"}};
    body.update(more);
    return Take(ParseCompileRequest(body));
  }
  static Json Training() { return {{"examples", {{{"input", "a"}, {"output", "b"}}}}}; }
  std::string Submit(const Caller& caller, const std::string& what, const Json& more = Json::object()) {
    return Take(jobs_->Submit(caller, Asking(what, more)));
  }
  Json View(const Caller& caller, const std::string& id) { return Take(jobs_->View(caller, id)); }
  std::string StatusOf(const Caller& caller, const std::string& id) { return View(caller, id)["status"].get<std::string>(); }
  // The job's view once it has ended.
  Json Ended(const Caller& caller, const std::string& id) {
    EXPECT_TRUE(jobs_->WaitForEnd(id, kLong));
    return View(caller, id);
  }
  void WaitUntil(const std::string& id, const std::string& status) {
    for (int i = 0; i < 2000; ++i) {
      if (Take(shelf_.database->Query("SELECT status FROM jobs WHERE id = ?", {id})).at(0).Text(0) == status) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << id << " did not become " << status;
  }

  Shelf shelf_;
  FakeCompiler compiler_;
  Caller ana_, ben_;
  std::unique_ptr<CompileJobs> jobs_;
};

TEST_F(JobsTest, AJobBecomesAProgramOfItsCaller) {
  const std::string id = Submit(ana_, "one", {{"name", "One"}, {"slug", "one"}, {"tags", {"t"}}});
  const Json view = Ended(ana_, id);
  EXPECT_EQ(view["status"], "ready") << view;
  EXPECT_EQ(view["percent"], 100);
  EXPECT_EQ(view["slug"], "ana/one");
  EXPECT_EQ(view["version"], 1);
  EXPECT_EQ(view["version_action"], "created");
  EXPECT_EQ(view["cached"], false);
  EXPECT_EQ(view["warnings"], Json({"a warning"}));
  EXPECT_EQ(view["held_out"]["score"], 0.9);
  EXPECT_EQ(view["timings"]["train"], 1.5);
  EXPECT_TRUE(view["error"].is_null());
  EXPECT_TRUE(view["queue_position"].is_null());
  const ResolvedSlug resolved = Take(shelf_.catalog->Resolve(ana_, "one"));
  EXPECT_EQ(resolved.program_id, view["program_id"]);
  EXPECT_EQ(Take(shelf_.catalog->Describe(ana_, resolved.program_id, false))["name"], "One");
}

TEST_F(JobsTest, TheSameRequestIsCompiledOnceForAll) {
  compiler_.Hold();
  const std::string first = Submit(ana_, "one");
  ASSERT_TRUE(compiler_.WaitForCalls(1));
  const std::string second = Submit(ben_, "one", {{"name", "Ben's"}});
  WaitUntil(first, "compiling");
  EXPECT_EQ(StatusOf(ben_, second), "queued");
  compiler_.Release();
  const Json ana_view = Ended(ana_, first), ben_view = Ended(ben_, second);
  EXPECT_EQ(ana_view["program_id"], ben_view["program_id"]);
  EXPECT_EQ(ana_view["cached"], false);
  EXPECT_EQ(ben_view["cached"], true);
  EXPECT_EQ(Ended(ana_, Submit(ana_, "one"))["cached"], true);
  EXPECT_EQ(compiler_.specs().size(), 1u);
  EXPECT_EQ(shelf_.Count("SELECT count(*) FROM holders"), 2);
}

TEST_F(JobsTest, ALaneTakesItsJobsInTheirOrderAndTheOtherGoesOnBeside) {
  compiler_.Hold();
  std::vector<std::string> ids;
  for (const char* what : {"t1", "t2", "t3"}) ids.push_back(Submit(ana_, what, Training()));
  ASSERT_TRUE(compiler_.WaitForCalls(1));
  EXPECT_EQ(View(ana_, ids[2])["queue_position"], 2);
  EXPECT_EQ(View(ana_, ids[2])["queue_length"], 3);
  EXPECT_GT(View(ana_, ids[2])["estimated_wait_s"], View(ana_, ids[1])["estimated_wait_s"]);
  EXPECT_TRUE(View(ana_, ids[0])["queue_position"].is_null());
  Submit(ben_, "quick");
  ASSERT_TRUE(compiler_.WaitForCalls(2)) << "a quick one does not wait for those that train";
  compiler_.Release();
  for (const std::string& id : ids) EXPECT_EQ(Ended(ana_, id)["status"], "ready");
  EXPECT_EQ(compiler_.specs(),
            (std::vector<std::string>{"A spec about t1.", "A spec about quick.", "A spec about t2.", "A spec about t3."}));
}

TEST_F(JobsTest, AFailureIsTold) {
  compiler_.FailWith(Refused("the spec: found nothing to do"));
  const Json view = Ended(ana_, Submit(ana_, "one"));
  EXPECT_EQ(view["status"], "failed");
  EXPECT_EQ(view["error"], "the spec: found nothing to do");
  EXPECT_TRUE(view["program_id"].is_null());
  compiler_.FailWith(Ok());
  EXPECT_EQ(Ended(ana_, Submit(ana_, "one"))["status"], "ready") << "a failure is not remembered";
}

TEST_F(JobsTest, AQueuedJobIsCancelledAndNeverCompiled) {
  compiler_.Hold();
  Submit(ana_, "one");
  ASSERT_TRUE(compiler_.WaitForCalls(1));
  const std::string second = Submit(ana_, "two");
  EXPECT_TRUE(Take(jobs_->Cancel(ana_, second, false)));
  EXPECT_EQ(StatusOf(ana_, second), "cancelled");
  EXPECT_FALSE(Take(jobs_->Cancel(ana_, second, true))) << "it has ended";
  compiler_.Release();
  EXPECT_EQ(Ended(ana_, Submit(ana_, "three"))["status"], "ready");
  EXPECT_EQ(compiler_.specs().size(), 2u);
}

TEST_F(JobsTest, ARunningJobIsCancelledOnlyByForce) {
  compiler_.Hold();
  const std::string id = Submit(ana_, "one");
  ASSERT_TRUE(compiler_.WaitForCalls(1));
  EXPECT_FALSE(Take(jobs_->Cancel(ana_, id, false)));
  EXPECT_TRUE(Take(jobs_->Cancel(ana_, id, true)));
  EXPECT_EQ(Ended(ana_, id)["status"], "cancelled");
  EXPECT_EQ(View(ana_, id)["error"], "cancelled");
}

TEST_F(JobsTest, WhoWaitedForACancelledCompileGetsOneOfTheirOwn) {
  compiler_.Hold();
  const std::string first = Submit(ana_, "one");
  ASSERT_TRUE(compiler_.WaitForCalls(1));
  const std::string second = Submit(ben_, "one");
  EXPECT_TRUE(Take(jobs_->Cancel(ana_, first, true)));
  ASSERT_TRUE(compiler_.WaitForCalls(2));
  compiler_.Release();
  EXPECT_EQ(Ended(ben_, second)["status"], "ready");
  EXPECT_EQ(StatusOf(ana_, first), "cancelled");
}

TEST_F(JobsTest, AJobIsItsCallersAlone) {
  const std::string id = Submit(ana_, "one"), of_visitor = Submit(Visitor("10.0.0.1"), "two");
  Ended(ana_, id);
  for (const Caller& other : {ben_, Visitor()}) {
    EXPECT_EQ(jobs_->View(other, id).code(), Code::kNotFound);
    EXPECT_EQ(jobs_->Events(other, id, 0, 0).code(), Code::kNotFound);
    EXPECT_EQ(jobs_->Cancel(other, id, true).code(), Code::kNotFound);
  }
  EXPECT_EQ(jobs_->View(ben_, of_visitor).code(), Code::kNotFound);
  EXPECT_EQ(jobs_->View(Visitor("10.0.0.2"), of_visitor).code(), Code::kNotFound);
  EXPECT_TRUE(jobs_->View(Visitor("10.0.0.1"), of_visitor).ok());
  EXPECT_EQ(jobs_->View(ana_, "no such job").code(), Code::kNotFound);
  EXPECT_EQ(Take(jobs_->List(ben_, 1, 20))["total"], 0);
  EXPECT_EQ(Take(jobs_->List(ana_, 1, 20))["total"], 1);
  EXPECT_EQ(Take(jobs_->List(Visitor("10.0.0.1"), 1, 20))["jobs"][0]["job_id"], of_visitor);
  EXPECT_EQ(Take(jobs_->List(Visitor("10.0.0.2"), 1, 20))["total"], 0);
}

TEST_F(JobsTest, EventsComeInOrderAndPercentNeverGoesBack) {
  compiler_.Tell({Event("spec"), Event("train", 50, 0.5), Event("prepare"), Event("train", 100, 0.25, 0.75), Event("score")});
  compiler_.Hold();
  const std::string id = Submit(ana_, "one", Training());
  std::vector<std::pair<std::int64_t, Json>> events;
  while (events.size() < 5) {
    const JobEvents more = Take(jobs_->Events(ana_, id, events.empty() ? 0 : events.back().first, 5));
    ASSERT_FALSE(more.ended);
    events.insert(events.end(), more.events.begin(), more.events.end());
  }
  double percent = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].first, static_cast<std::int64_t>(i) + 1);
    EXPECT_GE(events[i].second["percent"].get<double>(), percent);
    percent = events[i].second["percent"].get<double>();
  }
  EXPECT_EQ(events[1].second["step"], 50);
  EXPECT_TRUE(events[2].second["loss"].is_null()) << "an event says what was measured then";
  EXPECT_EQ(events[3].second["held_out_now"], 0.75);
  EXPECT_TRUE(events[4].second["held_out_now"].is_null());
  EXPECT_EQ(Take(jobs_->Events(ana_, id, 3, 0)).events.size(), 2u) << "goes on after number 3";
  EXPECT_EQ(View(ana_, id)["stage"], "score");
  EXPECT_EQ(View(ana_, id)["loss"], 0.25) << "the state says the last";
  EXPECT_EQ(View(ana_, id)["held_out_now"], 0.75);
  compiler_.Release();
  EXPECT_EQ(Ended(ana_, id)["status"], "ready");
  EXPECT_TRUE(Take(jobs_->Events(ana_, id, 0, kLong)).ended) << "at once";
}

TEST_F(JobsTest, AStoppedServersJobGoesOnAtTheNextStart) {
  compiler_.Hold();
  std::string id;
  for (int stops = 1; stops <= 5; ++stops) {
    if (id.empty()) id = Submit(ana_, "one");
    ASSERT_TRUE(compiler_.WaitForCalls(static_cast<std::size_t>(stops)));
    End();
    EXPECT_EQ(shelf_.Count("SELECT count(*) FROM jobs WHERE status = 'queued' AND attempts = 0"), 1) << "an orderly stop is no failure";
    Begin();
  }
  compiler_.Release();
  EXPECT_EQ(Ended(ana_, id)["status"], "ready");
}

TEST_F(JobsTest, AKilledServersJobIsTriedThreeTimes) {
  const std::string id = Submit(ana_, "one");
  Ended(ana_, id);
  End();
  const auto killed = [&](std::int64_t attempts) {
    ASSERT_TRUE(shelf_.database->Run("DELETE FROM compiled").ok());
    ASSERT_TRUE(shelf_.database
                    ->Run("UPDATE jobs SET status = 'compiling', attempts = ?, request = ?, result = NULL, completed_at = NULL",
                          {attempts, WriteJson(ToJson(Asking("one")))})
                    .ok());
  };
  killed(2);
  Begin();
  EXPECT_EQ(Ended(ana_, id)["status"], "ready");
  EXPECT_EQ(compiler_.specs().size(), 2u);
  EXPECT_EQ(shelf_.Count("SELECT attempts FROM jobs"), 3);
  End();
  killed(3);
  Begin();
  const Json view = Ended(ana_, id);
  EXPECT_EQ(view["status"], "failed");
  EXPECT_NE(view["error"].get<std::string>().find("three times"), std::string::npos);
  EXPECT_EQ(compiler_.specs().size(), 2u);
}

TEST_F(JobsTest, AJobThatCannotBeReadFailsAndHoldsNobodyUp) {
  compiler_.Hold();
  Submit(ana_, "first");
  ASSERT_TRUE(compiler_.WaitForCalls(1));
  const std::string broken = Submit(ana_, "broken"), good = Submit(ana_, "good");
  ASSERT_TRUE(shelf_.database->Run("UPDATE jobs SET request = '{}' WHERE id = ?", {broken}).ok());
  compiler_.Release();
  EXPECT_EQ(Ended(ana_, good)["status"], "ready");
  EXPECT_EQ(Ended(ana_, broken)["status"], "failed");
}

TEST_F(JobsTest, WhoWaitsIsLetGoWhenTheServerStops) {
  compiler_.Hold();
  const std::string id = Submit(ana_, "one");
  ASSERT_TRUE(compiler_.WaitForCalls(1));
  std::thread stopper([&] { jobs_->BeginStop(); });
  EXPECT_FALSE(jobs_->WaitForEnd(id, kLong));
  stopper.join();
}

TEST_F(JobsTest, ACallerMayHaveTwentyWaiting) {
  compiler_.Hold();
  for (int i = 0; i < 20; ++i) Submit(ana_, std::to_string(i));
  EXPECT_EQ(jobs_->Submit(ana_, Asking("one more")).code(), Code::kUnavailable);
  EXPECT_TRUE(jobs_->Submit(ben_, Asking("another's")).ok());
  EXPECT_TRUE(jobs_->Submit(Visitor("10.0.0.1"), Asking("a visitor's")).ok());
  const JobCounts counts = Take(jobs_->counts());
  EXPECT_EQ(counts.queued + counts.compiling, 22);
}

TEST_F(JobsTest, WaitingEndsWithTheTimeOrTheServer) {
  compiler_.Hold();
  const std::string id = Submit(ana_, "one");
  ASSERT_TRUE(compiler_.WaitForCalls(1));
  EXPECT_FALSE(jobs_->WaitForEnd(id, 0.05));
  EXPECT_TRUE(jobs_->WaitForEnd("no such job", kLong));
}

TEST_F(JobsTest, AListIsPagedTheLatestFirst) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(Submit(ana_, std::to_string(i)));
  for (const std::string& id : ids) Ended(ana_, id);
  const Json page = Take(jobs_->List(ana_, 2, 2));
  EXPECT_EQ(page["total"], 5);
  ASSERT_EQ(page["jobs"].size(), 2u);
  EXPECT_EQ(page["jobs"][0]["job_id"], ids[2]);
  EXPECT_EQ(page["jobs"][1]["job_id"], ids[1]);
  EXPECT_EQ(page["jobs"][0]["spec"], "A spec about 2.");
  EXPECT_EQ(Take(jobs_->List(ana_, INT64_MIN, INT64_MAX))["per_page"], 100);
}

TEST_F(JobsTest, AFailedPublicationIsAFailedJob) {
  Bundle other = SmallBundle(0, "A spec about one.");
  other.manifest.program_id = KeyOf(Asking("one")).substr(0, 20);
  other.prompt_template = "Other bytes.\n{INPUT_PLACEHOLDER}";
  ASSERT_TRUE(shelf_.catalog->Publish(ben_, other, {}, "", nullptr).ok());
  const Json view = Ended(ana_, Submit(ana_, "one"));
  EXPECT_EQ(view["status"], "failed") << "an id that is taken by other bytes";
  EXPECT_NE(view["error"].get<std::string>().find("other bytes"), std::string::npos) << view["error"];
}

}  // namespace
}  // namespace paw::hub
