// What the tests of hub/ share: a folder that goes with its owner, tables and a catalog over it, small bundles, a compiler that does what a
// test wants, and a whole hub that is asked without sockets.
//
// Thread rule: one test, but FakeCompiler, which the threads of CompileJobs call. Owner: the test.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/sha256.h"
#include "base/text.h"
#include "bundle/tiny_bundle.h"
#include "fs/memory_fs.h"
#include "gguf/toy_model.h"
#include "hub/accounts.h"
#include "hub/catalog.h"
#include "hub/compile_jobs.h"
#include "hub/database.h"
#include "hub/hub.h"
#include "runtime/toy_program.h"

namespace paw::hub {

class TempFolder {
 public:
  TempFolder() : path_(testing::TempDir() + "paw-hub-XXXXXX") { EXPECT_NE(mkdtemp(path_.data()), nullptr); }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A valid bundle of the default base (which runs on none): `seed` makes its bytes and its id.
inline Bundle SmallBundle(int seed, const std::string& spec = "Say now or later.") {
  Bundle bundle = TinyBundle();
  bundle.manifest.program_id = Sha256Hex("program " + std::to_string(seed)).substr(0, 20);
  bundle.manifest.spec = spec;
  return bundle;
}

template <typename T>
T Take(Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.message();
  return result.ok() ? std::move(result).value() : T();
}

// Tables in a folder, files and clock in memory.
struct Shelf {
  TempFolder folder;
  MemoryFs fs;
  std::unique_ptr<Database> database;
  std::unique_ptr<Store> store;
  std::unique_ptr<Accounts> accounts;
  std::unique_ptr<Catalog> catalog;

  Shelf() {
    auto opened = Database::Open(folder / "hub.db");
    EXPECT_TRUE(opened.ok()) << opened.message();
    database = std::move(opened).value();
    auto made = Store::Open(fs, {.root = "/hub", .offline = true});
    EXPECT_TRUE(made.ok()) << made.message();
    store = std::move(made).value();
    accounts = std::make_unique<Accounts>(*database, fs);
    catalog = std::make_unique<Catalog>(*database, *store, fs);
  }

  Caller User(const std::string& name) {
    auto user = accounts->FindUser(name);
    if (!user.ok()) user = accounts->AddUser(name);
    EXPECT_TRUE(user.ok()) << user.message();
    Caller caller;
    caller.user_id = user->id;
    caller.user = name;
    return caller;
  }
  std::int64_t Count(const std::string& sql) {
    const auto rows = database->Query(sql);
    EXPECT_TRUE(rows.ok()) << rows.message();
    return rows.ok() ? rows->at(0).Int(0) : -1;
  }
};

inline Caller Visitor(const std::string& address = "10.0.0.1") {
  Caller caller;
  caller.address = address;
  return caller;
}

// Compiles without a model: a bundle whose id is the request's key. May be made to wait, to fail, to tell of its progress.
class FakeCompiler {
 public:
  using Maker = std::function<Bundle(const CompileRequest&)>;
  explicit FakeCompiler(Maker make = [](const CompileRequest& request) { return SmallBundle(0, request.spec); }) : make_(std::move(make)) {}

  CompileFn Fn() {
    return [this](const CompileRequest& request, const CancelFlag* cancel, const std::function<void(const CompileEvent&)>& on_event) {
      return Compile(request, cancel, on_event);
    };
  }
  // From now on compiles wait, until Release or until they are cancelled.
  void Hold() {
    Set([this] { held_ = true; });
  }
  void Release() {
    Set([this] { held_ = false; });
  }
  void FailWith(Status failure) {
    Set([&] { failure_ = std::move(failure); });
  }
  void Tell(std::vector<CompileEvent> events) {
    Set([&] { events_ = std::move(events); });
  }
  // Blocks until so many compiles have begun (10 s at most).
  bool WaitForCalls(std::size_t calls) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return specs_.size() >= calls; });
  }
  std::vector<std::string> specs() {
    const std::lock_guard lock(mutex_);
    return specs_;
  }

 private:
  template <typename F>
  void Set(const F& change) {
    {
      const std::lock_guard lock(mutex_);
      change();
    }
    changed_.notify_all();
  }

  Result<CompileReport> Compile(const CompileRequest& request, const CancelFlag* cancel,
                                const std::function<void(const CompileEvent&)>& on_event) {
    std::unique_lock lock(mutex_);
    specs_.push_back(request.spec);
    changed_.notify_all();
    const std::vector<CompileEvent> events = events_;
    lock.unlock();
    for (const CompileEvent& event : events) on_event(event);
    lock.lock();
    while (held_) {
      changed_.wait_for(lock, std::chrono::milliseconds(10));
      PAW_TRY(CheckCancelled(cancel, "compiling"));
    }
    PAW_TRY(failure_);
    CompileReport report;
    report.bundle = make_(request);
    report.bundle.manifest.program_id = KeyOf(request).substr(0, 20);
    report.bundle.manifest.spec = request.spec;
    report.program_id = report.bundle.manifest.program_id;
    report.timings = {{"train", 1.5}};
    report.warnings = {"a warning"};
    return report;
  }

  Maker make_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  Status failure_;
  std::vector<CompileEvent> events_;
  std::vector<std::string> specs_;
};

class CollectingWriter : public BodyWriter {
 public:
  bool Write(std::string_view bytes) override {
    text += bytes;
    return true;
  }
  bool open() const override { return true; }
  std::string text;
};

// A reply as a client reads it.
struct Reply {
  int status = 0;
  std::string type, body;
  std::multimap<std::string, std::string> headers;
  Json json;  // of the body, null where it is none

  std::string Header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

using Headers = std::map<std::string, std::string>;

// A hub over a workspace with a toy base, asked in process.
class TestHub {
 public:
  explicit TestHub(const std::function<void(HubOptions&)>& change = [](HubOptions&) {})
      : compiler([this](const CompileRequest&) { return ToyProgram(1); }) {
    gguf::ToyModelOptions toy;
    toy.layers = 2;
    EXPECT_TRUE(PosixFs().PublishFile(folder / "toy.gguf", gguf::MakeToyModelGguf(toy)).ok());
    WorkspaceOptions options;
    options.cache_dir = folder / "cache";
    options.threads = 1;
    options.offline = true;
    auto opened = Workspace::Open(options);
    EXPECT_TRUE(opened.ok()) << opened.message();
    workspace = std::move(opened).value();
    auto added = workspace->store().AddBase(folder / "toy.gguf", "toy");
    EXPECT_TRUE(added.ok()) << added.message();
    base = std::move(added).value();
    auto model = workspace->OpenNamedBase("toy");
    EXPECT_TRUE(model.ok()) << model.message();
    toy_ = std::move(model).value();
    HubOptions wanted;
    wanted.data_dir = folder / "data";
    wanted.public_url = "http://hub.example:8765";
    wanted.compiles_per_hour = wanted.anonymous_compiles_per_hour = 0;
    change(wanted);
    auto made = Hub::Open(*workspace, wanted, nullptr, compiler.Fn());
    EXPECT_TRUE(made.ok()) << made.message();
    hub = std::move(made).value();
  }

  // A program that runs: labels up and down where `closed`.
  Bundle ToyProgram(std::uint64_t seed, bool closed = true) const {
    const auto kind = closed ? OutputKind::kLabel : OutputKind::kText;
    const Bundle toy = ToyBundle(*toy_, kind, closed ? std::vector<std::string>{"up", "down"} : std::vector<std::string>(), seed);
    Bundle bundle;
    bundle.manifest = ManifestFor(base.profile);
    if (!bundle.manifest.paw) bundle.manifest.paw.emplace();
    bundle.manifest.program_id = Sha256Hex("toy " + std::to_string(seed)).substr(0, 20);
    bundle.manifest.spec = "Say up or down, number " + std::to_string(seed) + ".";
    bundle.manifest.created_at = *CreatedAt(std::nullopt);
    bundle.manifest.lora_rank = 4;
    bundle.manifest.paw->base.sha256 = base.profile.sha256;
    bundle.manifest.paw->output_kind = kind;
    bundle.manifest.paw->labels = toy.manifest.paw->labels;
    bundle.adapter_gguf = toy.adapter_gguf;
    bundle.prompt_template = toy.prompt_template;
    return bundle;
  }

  // A key of theirs; the account is made where there is none.
  std::string KeyOfUser(const std::string& name) {
    Accounts& accounts = *hub->site().accounts;
    auto user = accounts.FindUser(name);
    if (!user.ok()) user = accounts.AddUser(name);
    EXPECT_TRUE(user.ok()) << user.message();
    auto key = accounts.AddKey(user->id, std::nullopt);
    EXPECT_TRUE(key.ok()) << key.message();
    return key->key;
  }
  Caller CallerNamed(const std::string& name) {
    const auto found = hub->site().accounts->WhoHasKey(KeyOfUser(name));
    return **found;
  }

  Reply Ask(const std::string& method, const std::string& target, const std::string& body = "", Headers headers = {}) {
    Request request;
    request.method = method;
    request.target = target;
    request.headers = std::move(headers);
    request.headers.try_emplace("host", "127.0.0.1:8765");
    if (!body.empty()) request.headers.try_emplace("content-length", std::to_string(body.size()));
    request.caller.address = "10.0.0.1";
    auto limit = hub->BodyLimit(request);
    if (const Response* refused = std::get_if<Response>(&limit)) return ReplyOf(*refused);
    if (body.size() > std::get<std::size_t>(limit)) return ReplyOf(hub->Refuse(413, "too_large", "the body"));
    request.body = body;
    return ReplyOf(hub->Handle(request));
  }
  // With a key; "" for none.
  Reply As(const std::string& key, const std::string& method, const std::string& target, const Json& body = nullptr) {
    Headers headers;
    if (!key.empty()) headers["x-api-key"] = key;
    return Ask(method, target, body.is_null() ? "" : WriteJson(body), headers);
  }
  // Publishes and gives the program's id.
  std::string Publish(const std::string& key, const Bundle& bundle, const std::string& query = "") {
    const auto archive = WriteBundle(bundle);
    EXPECT_TRUE(archive.ok()) << archive.message();
    const Reply reply =
        Ask("POST", "/api/v1/programs" + (query.empty() ? "" : "?" + query), std::string(TextOf(*archive)), {{"x-api-key", key}});
    EXPECT_LT(reply.status, 300) << reply.body;
    return reply.json.is_object() ? reply.json.value("program_id", "") : "";
  }

  static Reply ReplyOf(const Response& response) {
    Reply reply;
    reply.status = response.status;
    reply.type = response.content_type;
    reply.body = response.body;
    for (const auto& header : response.headers) reply.headers.insert(header);
    if (response.stream) {
      CollectingWriter writer;
      response.stream(writer);
      reply.body = writer.text;
    }
    if (const auto& file = response.file) {
      const auto mapping = PosixFs().Map(file->path);
      EXPECT_TRUE(mapping.ok()) << mapping.message();
      if (mapping.ok()) reply.body = mapping->text().substr(file->offset, file->bytes);
    }
    if (const auto json = ParseJson(reply.body, "a reply"); json.ok()) reply.json = *json;
    return reply;
  }

  TempFolder folder;
  FakeCompiler compiler;
  std::unique_ptr<Workspace> workspace;
  BaseEntry base;
  std::unique_ptr<Hub> hub;

 private:
  std::shared_ptr<BaseModel> toy_;
};

}  // namespace paw::hub
