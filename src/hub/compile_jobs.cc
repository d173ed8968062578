#include "hub/compile_jobs.h"

#include <algorithm>
#include <chrono>

#include "base/limits.h"
#include "base/text.h"
#include "compiler/built_in.h"
#include "hub/accounts.h"
#include "hub/compile_report.h"

namespace paw::hub {
namespace {

constexpr std::int64_t kAttemptsMax = 3;
constexpr std::int64_t kWaitingMax = 20;  // jobs of one caller
constexpr std::size_t kEventsMax = 4000;
constexpr double kKeptSeconds = 90 * 86400;  // ended jobs
constexpr std::size_t kJobIdLetters = 22;
constexpr std::size_t kRequestBytesMax = 256 * kMiB;
constexpr const char* kJobColumns =
    "id, user_id, address, request_key, shown, status, program_id, result, error, created_at, started_at, completed_at, lane, rowid";

// How far a stage is, of a whole of 100; training takes what lies between its place and the next.
double PercentOf(const CompileEvent& event) {
  if (event.stage == "train") {
    return event.steps > 0 ? 12 + 80 * std::min(1.0, static_cast<double>(event.step) / static_cast<double>(event.steps)) : 12;
  }
  static const std::map<std::string, double> places = {{"spec", 1}, {"base", 2},     {"outputs", 4}, {"pseudo", 5},
                                                       {"map", 6},  {"prepare", 10}, {"score", 93},  {"bundle", 98}};
  const auto place = places.find(event.stage);
  return place == places.end() ? 0 : place->second;
}

// What a view of the job tells of its request; the examples may be many megabytes.
Json ShownOf(const CompileRequest& request) {
  return {{"compiler", request.compiler},
          {"spec", request.spec},
          {"examples", request.examples.size()},
          {"name", request.listing.name.empty() ? Json() : Json(request.listing.name)},
          {"slug", request.slug.empty() ? Json() : Json(request.slug)}};
}

// Whether there is a row and it is the caller's; user_id and address stand from `column` on.
bool IsTheirs(const Caller& caller, const Rows& rows, std::size_t column) {
  return !rows.empty() && rows[0].Int(column) == caller.user_id && (caller.signed_in() || rows[0].Text(column + 1) == caller.address);
}

Result<CompileRequest> RequestOf(const std::string& text) {
  return ParseCompileRequest(PAW_TRY(ParseJson(text, "a job's request", kRequestBytesMax)));
}

bool HasEnded(const std::string& status) { return status != "queued" && status != "compiling"; }

}  // namespace

CompileFn CompileHere(Workspace& workspace, int threads) {
  return [&workspace, threads](const CompileRequest& request, const CancelFlag* cancel,
                               const std::function<void(const CompileEvent&)>& on_event) -> Result<CompileReport> {
    CompileOptions options;
    options.budget = request.budget;
    options.seed = request.seed;
    options.threads = threads;
    options.reject_label = request.reject_label;
    options.outputs = request.outputs;
    options.cancel = cancel;
    options.no_built_in_mapper = request.compiler == kTrainCompiler;
    const bool registered = !options.no_built_in_mapper && request.compiler != kBuiltInCompiler;
    if (registered) {
      PAW_TRY(workspace.ChooseCompiler(request.compiler, true, "", options));
    } else {
      PAW_TRY(workspace.ChooseBase(nullptr, "", options));
    }
    return Compile(request.spec, request.examples, options, on_event);
  };
}

CompileJobs::CompileJobs(Database& database, Catalog& catalog, Fs& clock, CompileFn compile)
    : database_(database), catalog_(catalog), clock_(clock), compile_(std::move(compile)) {}

void CompileJobs::BeginStop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [id, live] : live_) live->cancel.Cancel();
  }
  changed_.notify_all();
}

CompileJobs::~CompileJobs() {
  BeginStop();
  for (std::thread& thread : threads_) thread.join();
}

Status CompileJobs::Start() {
  PAW_TRY(database_.InTransaction([&]() -> Status {
    PAW_TRY(
        database_.Run("UPDATE jobs SET status = 'failed', completed_at = ?, error = 'the server was stopped while compiling it, three "
                      "times' WHERE status "
                      "= 'compiling' AND attempts >= ?",
                      {clock_.WallSeconds(), kAttemptsMax}));
    PAW_TRY(database_.Run("DELETE FROM jobs WHERE completed_at < ?", {clock_.WallSeconds() - kKeptSeconds}));
    return database_.Run("UPDATE jobs SET status = 'queued' WHERE status = 'compiling'").status();
  }));
  for (int lane = 0; lane < 2; ++lane) threads_.emplace_back([this, lane] { Work(lane); });
  return Ok();
}

Result<std::string> CompileJobs::Submit(const Caller& caller, const CompileRequest& request) {
  const std::string id = PAW_TRY(RandomText(kJobIdLetters));
  PAW_TRY(database_.InTransaction([&]() -> Status {
    const Rows waiting = PAW_TRY(database_.Query(
        "SELECT count(*) FROM jobs WHERE status IN ('queued', 'compiling') AND user_id = ? AND (user_id <> 0 OR address = ?)",
        {caller.user_id, caller.address}));
    if (waiting[0].Int(0) >= kWaitingMax) {
      return Unavailable("compiling: found " + std::to_string(waiting[0].Int(0)) + " compiles of yours waiting, expected fewer than " +
                         std::to_string(kWaitingMax) + " at once");
    }
    return database_
        .Run(
            "INSERT INTO jobs(id, user_id, address, request_key, request, shown, lane, status, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, "
            "'queued', ?)",
            {id, caller.user_id, caller.address, KeyOf(request), WriteJson(ToJson(request)), WriteJson(ShownOf(request)),
             std::int64_t{request.trains()}, clock_.WallSeconds()})
        .status();
  }));
  Wake();
  return id;
}

// Under the lock, so that who looked and is about to wait does not miss it.
void CompileJobs::Wake() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

Result<std::optional<std::string>> CompileJobs::CachedProgram(const CompileRequest& request) {
  const Rows rows = PAW_TRY(database_.Query("SELECT program_id FROM compiled WHERE request_key = ?", {KeyOf(request)}));
  return rows.empty() ? std::optional<std::string>() : std::optional(rows[0].Text(0));
}

void CompileJobs::Work(int lane) {
  for (;;) {
    auto job = Pick(lane);
    if (job.ok() && *job) {
      Run(std::move(**job));
      continue;
    }
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    // Another process may add a job (a restored backup, a test): the queue is looked at now and then, too.
    changed_.wait_for(lock, std::chrono::seconds(1));
    if (stopping_) return;
  }
}

// The oldest job of the lane whose request nobody compiles just now.
Result<std::optional<CompileJobs::Picked>> CompileJobs::Pick(int lane) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return std::optional<Picked>();
  }
  std::optional<Picked> picked;
  PAW_TRY(database_.InTransaction([&]() -> Status {
    const Rows rows = PAW_TRY(database_.Query(
        "SELECT j.id, j.request_key, j.request, j.user_id, j.address, coalesce(u.name, ''), j.attempts, j.created_at FROM jobs j LEFT JOIN "
        "users u ON u.id = j.user_id WHERE j.status = 'queued' AND j.lane = ? AND NOT EXISTS (SELECT 1 FROM jobs o WHERE o.status = "
        "'compiling' "
        "AND o.request_key = j.request_key) ORDER BY j.created_at, j.rowid LIMIT 1",
        {std::int64_t{lane}}));
    if (rows.empty()) return Ok();
    const Row& row = rows[0];
    Picked job{row.Text(0), row.Text(1), {}, {}, row.Int(6) + 1, row.Real(7)};
    job.caller.user_id = row.Int(3);
    job.caller.address = row.Text(4);
    job.caller.user = row.Text(5);
    auto request = RequestOf(row.Text(2));
    if (!request.ok()) {  // of another version of paw; the next one must not wait for it
      return database_
          .Run("UPDATE jobs SET status = 'failed', error = ?, completed_at = ? WHERE id = ?",
               {request.status().message(), clock_.WallSeconds(), job.id})
          .status();
    }
    job.request = std::move(*request);
    PAW_TRY(database_.Run("UPDATE jobs SET status = 'compiling', attempts = attempts + 1, started_at = ? WHERE id = ?",
                          {clock_.WallSeconds(), job.id}));
    picked = std::move(job);
    return Ok();
  }));
  return picked;
}

void CompileJobs::Run(Picked job) {
  const auto live = std::make_shared<Live>();
  live->request_key = job.key;
  {
    const std::lock_guard lock(mutex_);
    live_[job.id] = live;
    if (stopping_) live->cancel.Cancel();
  }
  changed_.notify_all();
  const double begin = clock_.SteadySeconds();
  const auto cached = CachedProgram(job.request);
  Result<Json> result = cached.ok() ? Result<Json>(Json()) : Result<Json>(cached.status());
  if (cached.ok() && *cached) {
    result = Finish(job, nullptr, **cached);
  } else if (cached.ok()) {
    auto report = compile_(job.request, &live->cancel, [&](const CompileEvent& event) { OnEvent(*live, event); });
    result = report.ok() ? Finish(job, &*report, report->program_id) : Result<Json>(report.status());
    const std::lock_guard lock(mutex_);
    double& mean = mean_seconds_[job.request.trains() ? 1 : 0];
    if (result.ok()) mean = 0.7 * mean + 0.3 * (clock_.SteadySeconds() - begin);
  }
  bool by_stop = false, by_user = false;
  {
    const std::lock_guard lock(mutex_);
    by_stop = stopping_ && !live->cancelled;
    by_user = live->cancelled;
  }
  if (result.ok()) {
    End(job.id, "ready", *result, "");
  } else if (result.code() == Code::kInterrupted && by_stop) {
    // It goes on when the server does; being stopped in an orderly way is no failed attempt.
    static_cast<void>(database_.Run("UPDATE jobs SET status = 'queued', attempts = attempts - 1 WHERE id = ?", {job.id}));
  } else {
    End(job.id, by_user ? "cancelled" : "failed", nullptr, by_user ? "cancelled" : result.status().message());
  }
  {
    const std::lock_guard lock(mutex_);
    live_.erase(job.id);
  }
  changed_.notify_all();
}

// The program is published for the job's caller; the result is what POST /compile answers.
Result<Json> CompileJobs::Finish(const Picked& job, const CompileReport* report, const std::string& program_id) {
  Published published;
  if (report != nullptr) {
    published = PAW_TRY(catalog_.Publish(job.caller, report->bundle, job.request.listing, job.request.slug, CompileReportJson(*report)));
    PAW_TRY(database_.Run("INSERT OR REPLACE INTO compiled(request_key, program_id) VALUES (?, ?)", {job.key, program_id}));
  } else {
    published = PAW_TRY(catalog_.Hold(job.caller, program_id, job.request.listing, job.request.slug));
  }
  const Bundle bundle = PAW_TRY(catalog_.ReadBundleOf(published.digest));
  const Manifest& manifest = bundle.manifest;
  Json timings = report == nullptr ? Json::object() : Json(report->timings);
  timings["total_ms"] = (clock_.WallSeconds() - job.created_at) * 1000;
  Json result = {{"program_id", published.program_id},
                 {"digest", published.digest},
                 {"slug", published.slug.empty() ? Json() : Json(published.slug)},
                 {"version", published.version == 0 ? Json() : Json(published.version)},
                 {"version_action", published.version_action.empty() ? Json() : Json(published.version_action)},
                 {"cached", report == nullptr},
                 {"compiler_snapshot", manifest.compiler_snapshot},
                 {"compiler_kind", manifest.compiler_kind},
                 {"pseudo_program", bundle.pseudo_program ? Json(*bundle.pseudo_program) : Json()},
                 {"pseudo_program_strategy", manifest.pseudo_program_strategy},
                 {"runtime_id", manifest.runtime_id},
                 {"runtime_manifest_version", manifest.runtime_manifest_version},
                 {"timings", timings},
                 {"warnings", report == nullptr ? std::vector<std::string>() : report->warnings},
                 {"held_out", nullptr}};
  if (manifest.paw && manifest.paw->held_out) {
    const HeldOut& score = *manifest.paw->held_out;
    result["held_out"] = {{"metric", score.metric}, {"n", score.n}, {"score", score.score}, {"ci95", {score.ci95_low, score.ci95_high}}};
  }
  return result;
}

void CompileJobs::End(const std::string& id, const char* status, const Json& result, const std::string& error) {
  // Where the disk is full the row stays "compiling", and the next start goes on with it.
  static_cast<void>(database_.Run(
      "UPDATE jobs SET status = ?, result = ?, error = ?, program_id = ?, completed_at = ?, request = '' WHERE id = ?",
      {std::string(status), result.is_null() ? Value(nullptr) : Value(WriteJson(result)), error.empty() ? Value(nullptr) : Value(error),
       result.is_null() ? Value(nullptr) : Value(result["program_id"].get<std::string>()), clock_.WallSeconds(), id}));
}

void CompileJobs::OnEvent(Live& live, const CompileEvent& event) {
  const std::lock_guard lock(mutex_);
  live.percent = std::max(live.percent, PercentOf(event));
  Json fields = EventFields(event);
  fields["percent"] = live.percent;
  live.events.emplace_back(++live.last, fields);
  for (const char* kept : {"loss", "held_out_now"}) {  // who asks for the state gets the last that was measured of each
    if (fields[kept].is_null() && live.latest.is_object()) fields[kept] = live.latest[kept];
  }
  live.latest = std::move(fields);
  if (live.events.size() > kEventsMax) live.events.erase(live.events.begin(), live.events.begin() + kEventsMax / 2);
  changed_.notify_all();
}

// Of the job itself, or of the one that compiles the same request.
std::shared_ptr<CompileJobs::Live> CompileJobs::LiveOf(const std::string& id, const std::string& key) {
  if (const auto own = live_.find(id); own != live_.end()) return own->second;
  for (const auto& [other, live] : live_) {
    if (live->request_key == key) return live;
  }
  return nullptr;
}

bool CompileJobs::WaitForEnd(const std::string& id, double seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  for (;;) {
    const auto rows = database_.Query("SELECT status FROM jobs WHERE id = ?", {id});
    if (!rows.ok() || rows->empty() || HasEnded((*rows)[0].Text(0))) return true;
    std::unique_lock lock(mutex_);
    if (stopping_ || std::chrono::steady_clock::now() >= until) return false;
    changed_.wait_for(lock, std::chrono::milliseconds(100));
  }
}

Result<bool> CompileJobs::Cancel(const Caller& caller, const std::string& id, bool running) {
  PAW_TRY(View(caller, id));
  const std::int64_t stopped = PAW_TRY(
      database_.Run("UPDATE jobs SET status = 'cancelled', error = 'cancelled', completed_at = ? WHERE id = ? AND status = 'queued'",
                    {clock_.WallSeconds(), id}));
  if (stopped > 0) {
    changed_.notify_all();
    return true;
  }
  const std::lock_guard lock(mutex_);
  const auto live = live_.find(id);
  if (!running || live == live_.end()) return false;
  live->second->cancelled = true;
  live->second->cancel.Cancel();
  return true;
}

Result<JobCounts> CompileJobs::counts() {
  const Rows rows = PAW_TRY(database_.Query(
      "SELECT (SELECT count(*) FROM jobs WHERE status = 'queued'), (SELECT count(*) FROM jobs WHERE status = 'compiling')"));
  return JobCounts{rows[0].Int(0), rows[0].Int(1)};
}

double CompileJobs::EstimatedSeconds(const CompileRequest& request) {
  const std::lock_guard lock(mutex_);
  return request.budget.kind == CompileBudget::Kind::kMinutes ? request.budget.minutes * 60 : mean_seconds_[request.trains() ? 1 : 0];
}

Result<JobEvents> CompileJobs::Events(const Caller& caller, const std::string& id, std::int64_t after, double seconds) {
  const Rows rows = PAW_TRY(database_.Query("SELECT request_key, status, user_id, address FROM jobs WHERE id = ?", {id}));
  if (!IsTheirs(caller, rows, 2)) return NotFound("job " + Quoted(id, 60) + " not found");
  JobEvents found;
  found.ended = HasEnded(rows[0].Text(1));
  if (found.ended) return found;
  std::unique_lock lock(mutex_);
  const auto collect = [&] {
    const auto live = LiveOf(id, rows[0].Text(0));
    if (live != nullptr && after > live->last) after = 0;  // the server began anew, or another job compiles the same
    if (live == nullptr || live->last <= after) return false;
    for (const auto& event : live->events) {
      if (event.first > after) found.events.push_back(event);
    }
    return true;
  };
  if (!collect()) {
    changed_.wait_for(lock, std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
    collect();
  }
  return found;
}

Result<Json> CompileJobs::View(const Caller& caller, const std::string& id) {
  const Rows rows = PAW_TRY(database_.Query(std::string("SELECT ") + kJobColumns + " FROM jobs WHERE id = ?", {id}));
  if (!IsTheirs(caller, rows, 1)) return NotFound("job " + Quoted(id, 60) + " not found");
  return ViewRow(rows[0]);
}

Result<Json> CompileJobs::List(const Caller& caller, std::int64_t page, std::int64_t per_page) {
  per_page = std::clamp<std::int64_t>(per_page, 1, 100);
  page = std::clamp<std::int64_t>(page, 1, 1'000'000);
  const std::vector<Value> who = {caller.user_id, caller.address};
  const std::string where = " FROM jobs WHERE user_id = ?1 AND (user_id <> 0 OR address = ?2)";
  const Rows total = PAW_TRY(database_.Query("SELECT count(*)" + where, who));
  const Rows rows =
      PAW_TRY(database_.Query(std::string("SELECT ") + kJobColumns + where + " ORDER BY created_at DESC, rowid DESC LIMIT ?3 OFFSET ?4",
                              {who[0], who[1], per_page, (page - 1) * per_page}));
  Json jobs = Json::array();
  for (const Row& row : rows) jobs.push_back(PAW_TRY(ViewRow(row)));
  return Json{{"jobs", jobs}, {"total", total[0].Int(0)}, {"page", page}, {"per_page", per_page}};
}

Result<Json> CompileJobs::ViewRow(const Row& row) {
  const Json shown = PAW_TRY(ParseJson(row.Text(4), "a job", kJsonBytesMax));
  const std::string& status = row.Text(5);
  Json view = {{"program_id", nullptr},
               {"slug", nullptr},
               {"version", nullptr},
               {"version_action", nullptr},
               {"cached", false},
               {"compiler_snapshot", shown["compiler"]},
               {"compiler_kind", nullptr},
               {"pseudo_program", nullptr},
               {"pseudo_program_strategy", nullptr},
               {"runtime_id", nullptr},
               {"runtime_manifest_version", nullptr},
               {"timings", Json::object()},
               {"warnings", Json::array()},
               {"held_out", nullptr}};
  if (!row.IsNull(7)) view.update(PAW_TRY(ParseJson(row.Text(7), "a job's result", kJsonBytesMax)));
  const auto time = [&](std::size_t column) { return row.IsNull(column) ? Json() : Json(IsoTime(row.Real(column))); };
  view.update({{"job_id", row.Text(0)},
               {"status", status},
               {"error", row.IsNull(8) ? Json() : Json(row.Text(8))},
               {"created_at", time(9)},
               {"started_at", time(10)},
               {"completed_at", time(11)},
               {"spec", shown["spec"]},
               {"examples", shown["examples"]},
               {"name", shown["name"]},
               {"asked_slug", shown["slug"]},
               {"stage", nullptr},
               {"step", 0},
               {"steps", 0},
               {"loss", nullptr},
               {"held_out_now", nullptr},
               {"note", ""},
               {"seconds", 0},
               {"percent", status == "ready" ? 100.0 : 0.0},
               {"queue_position", nullptr},
               {"queue_length", 0},
               {"estimated_wait_s", 0}});
  if (HasEnded(status)) return view;
  const Rows ahead =
      PAW_TRY(database_.Query("SELECT (SELECT count(*) FROM jobs WHERE status IN ('queued', 'compiling') AND lane = ?1), (SELECT count(*) "
                              "FROM jobs WHERE status IN "
                              "('queued', 'compiling') AND lane = ?1 AND (created_at < ?2 OR (created_at = ?2 AND rowid < ?3)))",
                              {row.Int(12), row.Real(9), row.Int(13)}));
  const std::lock_guard lock(mutex_);
  const auto live = LiveOf(row.Text(0), row.Text(3));
  if (live != nullptr && live->latest.is_object()) view.update(live->latest);
  view["queue_length"] = ahead[0].Int(0);
  if (status == "queued") view["queue_position"] = ahead[0].Int(1);
  view["estimated_wait_s"] = mean_seconds_[row.Int(12) == 0 ? 0 : 1] * static_cast<double>(ahead[0].Int(1) + (status == "queued" ? 1 : 0));
  return view;
}

}  // namespace paw::hub
