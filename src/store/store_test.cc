#include "store/store.h"

#include <gtest/gtest.h>

#include <set>

#include "base/limits.h"
#include "base/sha256.h"
#include "bundle/tiny_bundle.h"
#include "fs/fault_fs.h"
#include "fs/memory_fs.h"
#include "fs/path.h"
#include "store/config.h"

namespace paw {
namespace {

constexpr CrashKind kCrashKinds[] = {CrashKind::kLosesAll, CrashKind::kKeepsNames, CrashKind::kKeepsBytes};
constexpr FaultKind kFaultKinds[] = {FaultKind::kError, FaultKind::kDoneButError, FaultKind::kFull, FaultKind::kStop};

std::vector<std::byte> ArchiveOf(const std::string& spec) {
  Bundle bundle = TinyBundle();
  bundle.manifest.spec = spec;
  bundle.manifest.program_id = Sha256Hex(spec).substr(0, 20);
  return std::move(WriteBundle(bundle)).value();
}

std::string IdOf(const std::string& spec) { return Sha256Hex(spec).substr(0, 20); }

std::unique_ptr<Store> OpenStore(Fs& fs) {
  auto store = Store::Open(fs, {.root = "/cache", .offline = false, .pip = {"false"}});
  EXPECT_TRUE(store.ok()) << store.message();
  return std::move(store).value();
}

TEST(Store, PutsResolvesAndReads) {
  MemoryFs disk;
  const auto store = OpenStore(disk);
  const std::vector<std::byte> archive = ArchiveOf("first");
  const auto entry = store->Put(archive, "triage");
  ASSERT_TRUE(entry.ok()) << entry.message();
  EXPECT_EQ(entry->digest, Sha256Hex(archive));
  EXPECT_EQ(entry->path, "/cache/programs/" + entry->digest + ".paw");
  for (const std::string& reference :
       {std::string("triage"), IdOf("first"), IdOf("first").substr(0, 6), entry->digest, entry->digest.substr(0, 8), entry->path}) {
    EXPECT_EQ(store->Resolve(reference)->path, entry->path) << reference;
    EXPECT_EQ(store->Read(reference)->manifest.spec, "first") << reference;
  }
  for (const char* reference : {"other", "abcdef", "abc", "./x.paw", "x.paw", "../../etc/passwd"}) {
    EXPECT_EQ(store->Resolve(reference).code(), Code::kNotFound) << reference;
  }
  EXPECT_EQ(store->Resolve("").code(), Code::kUsage);
  EXPECT_TRUE(store->Put(archive, "").ok()) << "again";
  ASSERT_EQ(store->List()->size(), 1u);
  EXPECT_EQ(store->List()->at(0).aliases, std::vector<std::string>{"triage"});
  EXPECT_EQ(store->List()->at(0).manifest->spec, "first");
}

TEST(Store, RefusesWhatIsNoBundle) {
  MemoryFs disk;
  const auto store = OpenStore(disk);
  std::vector<std::byte> archive = ArchiveOf("first");
  EXPECT_EQ(store->Put(archive, "../x").code(), Code::kUsage);
  archive.pop_back();
  EXPECT_EQ(store->Put(archive, "x").code(), Code::kRefused);
  EXPECT_TRUE(store->List()->empty());
  EXPECT_TRUE(store->Aliases()->empty());
}

TEST(Store, AmbiguousIdsAreNamed) {
  MemoryFs disk;
  const auto store = OpenStore(disk);
  Bundle bundle = TinyBundle();
  const auto first = store->Put(*WriteBundle(bundle), "a");
  bundle.manifest.spec = "another spec, the same id";
  const auto second = store->Put(*WriteBundle(bundle), "b");
  EXPECT_NE(first->digest, second->digest);
  const auto resolved = store->Resolve(bundle.manifest.program_id);
  EXPECT_EQ(resolved.code(), Code::kUsage);
  EXPECT_NE(resolved.message().find("found 2 programs"), std::string::npos) << resolved.message();
  EXPECT_EQ(store->Resolve("b")->digest, second->digest);
}

TEST(Store, ADamagedProgramIsRefusedAndRepairedByPut) {
  MemoryFs disk;
  const auto store = OpenStore(disk);
  const std::vector<std::byte> archive = ArchiveOf("first");
  const auto entry = store->Put(archive, "x");
  std::vector<std::byte> damaged = archive;
  damaged[damaged.size() / 2] ^= std::byte{4};
  ASSERT_TRUE(disk.PublishFile(entry->path, damaged).ok());
  EXPECT_EQ(store->Verify("x").code(), Code::kRefused);
  EXPECT_EQ(store->Read(entry->digest).code(), Code::kRefused);
  EXPECT_EQ(store->List()->size(), 1u);
  EXPECT_TRUE(store->Put(archive, "").ok());
  EXPECT_TRUE(store->Verify("x").ok());
  // A valid bundle under another bundle's digest is found out too.
  ASSERT_TRUE(disk.PublishFile(entry->path, ArchiveOf("second")).ok());
  EXPECT_EQ(store->Verify("x").code(), Code::kRefused);
}

TEST(Store, AnUnindexedProgramIsFoundByItsId) {
  MemoryFs disk;
  const auto store = OpenStore(disk);
  const std::vector<std::byte> archive = ArchiveOf("first");
  ASSERT_TRUE(disk.PublishFile("/cache/programs/" + Sha256Hex(archive) + ".paw", archive).ok());
  EXPECT_EQ(store->Resolve(IdOf("first"))->digest, Sha256Hex(archive));
}

TEST(Store, AliasesMoveAndLeaveALog) {
  MemoryFs disk;
  const auto store = OpenStore(disk);
  const std::string first = store->Put(ArchiveOf("first"), "x")->digest;
  const std::string second = store->Put(ArchiveOf("second"), "x")->digest;
  EXPECT_EQ(store->Resolve("x")->digest, second);
  ASSERT_TRUE(store->SetAlias("y", first).ok());
  ASSERT_TRUE(store->SetAlias("x", "y").ok());
  EXPECT_EQ(store->Resolve("x")->digest, first);
  ASSERT_TRUE(store->RemoveAlias("y").ok());
  EXPECT_EQ(store->RemoveAlias("y").code(), Code::kNotFound);
  EXPECT_EQ(store->SetAlias("z", "nothing").code(), Code::kNotFound);
  const Json file = *ParseJson(*disk.ReadText("/cache/aliases.json", kMiB), "aliases.json");
  ASSERT_EQ(file["log"].size(), 5u);
  EXPECT_EQ(file["log"][1]["previous"], first);
  EXPECT_EQ(file["log"][1]["digest"], second);
  EXPECT_TRUE(file["log"][4]["digest"].is_null());
}

TEST(Store, AliasNamesArePlain) {
  for (const char* good : {"a", "email-triage", "Tri_age.2", "deadbeef", "v1"}) EXPECT_TRUE(Store::CheckAlias(good).ok()) << good;
  for (const char* bad : {"", ".x", "-x", "a/b", "a b", "x.paw", "X.PAW", "0123456789abcdef", "a\n", "\xC3\xA9"}) {
    EXPECT_EQ(Store::CheckAlias(bad).code(), Code::kUsage) << bad;
  }
  EXPECT_FALSE(Store::CheckAlias(std::string(kAliasBytesMax + 1, 'a')).ok());
}

TEST(Store, AMalformedAliasFileIsOneClearError) {
  MemoryFs disk;
  const auto store = OpenStore(disk);
  for (const char* text : {"{", "[]", "{\"aliases\":{\"x\":\"../../etc/passwd\"},\"log\":[]}"}) {
    ASSERT_TRUE(disk.PublishFile("/cache/aliases.json", text).ok());
    EXPECT_EQ(store->Resolve("x").code(), Code::kRefused);
    EXPECT_NE(store->Resolve("x").message().find("/cache/aliases.json"), std::string::npos);
  }
}

TEST(Store, RemoveTakesTheProgramAndItsNames) {
  MemoryFs disk;
  const auto store = OpenStore(disk);
  ASSERT_TRUE(store->Put(ArchiveOf("first"), "x").ok());
  ASSERT_TRUE(store->SetAlias("y", "x").ok());
  ASSERT_TRUE(store->Put(ArchiveOf("second"), "z").ok());
  EXPECT_EQ(store->Remove("/cache/programs/x.paw").code(), Code::kUsage);
  ASSERT_TRUE(store->Remove("x").ok());
  EXPECT_EQ(store->Remove("x").code(), Code::kNotFound);
  EXPECT_EQ(store->Resolve("y").code(), Code::kNotFound);
  EXPECT_EQ(store->Resolve(IdOf("first")).code(), Code::kNotFound);
  EXPECT_EQ(disk.List("/cache/ids")->size(), 1u);
  EXPECT_TRUE(store->Verify("z").ok());
}

TEST(Store, GcRemovesWhatLeadsNowhere) {
  MemoryFs disk;
  const auto store = OpenStore(disk);
  const auto entry = store->Put(ArchiveOf("first"), "x");
  ASSERT_TRUE(store->Put(ArchiveOf("second"), "y").ok());
  ASSERT_TRUE(disk.RemoveFile(entry->path).ok());
  { const auto left = disk.Create("/cache/programs/.paw-tmp-0000000000000001"); }
  const auto report = store->Gc();
  ASSERT_TRUE(report.ok()) << report.message();
  EXPECT_EQ(report->temporaries, 1);
  EXPECT_EQ(report->ids, 1);
  EXPECT_EQ(report->aliases, 1);
  EXPECT_EQ(store->Aliases()->size(), 1u);
  EXPECT_TRUE(store->Verify("y").ok());
}

// What must hold whatever failed: "kept" is whole; each entry that exists is whole; each alias leads to one; a gc leaves no temporary.
void ExpectSound(Fs& disk, const std::string& kept_alias) {
  const auto store = OpenStore(disk);
  const auto report = store->Gc();
  ASSERT_TRUE(report.ok()) << report.message();
  EXPECT_EQ(report->aliases, 0) << "an alias led nowhere";
  EXPECT_TRUE(store->Verify(kept_alias).ok());
  const auto programs = store->List();
  ASSERT_TRUE(programs.ok());
  for (const ProgramEntry& program : *programs) {
    EXPECT_TRUE(store->Verify(program.digest).ok());
    EXPECT_TRUE(store->Resolve(program.manifest->program_id).ok());
  }
  for (const char* folder : {"/cache", "/cache/programs", "/cache/ids", "/cache/base_models", "/cache/downloads"}) {
    const auto entries = disk.List(folder);
    for (const FolderEntry& entry : *entries) EXPECT_FALSE(entry.name.starts_with(".paw-tmp-"));
  }
}

void SweepFaults(const std::function<Status(Store&)>& operation) {
  for (const FaultKind kind : kFaultKinds) {
    for (const CrashKind crash : kCrashKinds) {
      int fail_at = 1;
      for (bool reached = true; reached; ++fail_at) {
        ASSERT_LT(fail_at, 300);
        MemoryFs disk;
        {
          const auto store = OpenStore(disk);
          ASSERT_TRUE(store->Put(ArchiveOf("kept"), "kept").ok());
          ASSERT_TRUE(store->Put(ArchiveOf("old"), "name").ok());
        }
        FaultFs faulty(&disk, kind, fail_at);
        const auto store = Store::Open(faulty, {.root = "/cache", .offline = false, .pip = {"false"}});
        const Status status = store.ok() ? operation(**store) : store.status();
        reached = faulty.reached();
        EXPECT_TRUE(status.ok() || reached) << status.message();
        if (kind == FaultKind::kStop || status.ok()) disk.Crash(crash);  // what was reported as done survives
        ExpectSound(disk, "kept");
      }
      EXPECT_GT(fail_at, 10);
    }
  }
}

TEST(StoreFaults, PutIsWholeOrAbsent) {
  SweepFaults([](Store& store) {
    const auto entry = store.Put(ArchiveOf("new"), "name");
    return entry.ok() ? Ok() : entry.status();
  });
}

TEST(StoreFaults, RemoveIsWholeOrAbsent) {
  SweepFaults([](Store& store) { return store.Remove("name"); });
}

TEST(StoreFaults, GcHarmsNothing) {
  SweepFaults([](Store& store) {
    const auto report = store.Gc();
    return report.ok() ? Ok() : report.status();
  });
}

TEST(Config, PrecedenceIsEnvironmentFileDefault) {
  MemoryFs disk;
  std::map<std::string, std::string> variables = {{"HOME", "/home/me"}};
  const Environment environment = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
  Config config = *LoadConfig(disk, environment);
  EXPECT_EQ(config.cache_dir, "/home/me/.cache/paw");
  EXPECT_EQ(config.api_url, "https://programasweights.com");
  EXPECT_FALSE(config.offline || config.quiet);
  EXPECT_EQ(config.gpu_layers, -1);
  EXPECT_EQ(config.pip, (std::vector<std::string>{"python3", "-m", "pip"}));

  ASSERT_TRUE(disk.MakeFolders("/home/me/.config/programasweights").ok());
  const std::string file = "/home/me/.config/programasweights/config.json";
  ASSERT_TRUE(disk.PublishFile(file, R"({"api_url":"http://file","api_key":"k","later":1})").ok());
  config = *LoadConfig(disk, environment);
  EXPECT_EQ(config.api_url, "http://file");
  EXPECT_EQ(config.api_key, "k");

  variables.insert({{"PAW_API_URL", "http://env"},
                    {"PAW_API_KEY", ""},
                    {"PAW_OFFLINE", "YES"},
                    {"PAW_QUIET", "1"},
                    {"PAW_GPU_LAYERS", "3"},
                    {"XDG_CACHE_HOME", "/xdg"},
                    {"PAW_PIP", "/opt/pip  --quiet"}});
  config = *LoadConfig(disk, environment);
  EXPECT_EQ(config.api_url, "http://env");
  EXPECT_EQ(config.api_key, "k") << "an empty variable counts as not set";
  EXPECT_TRUE(config.offline && config.quiet);
  EXPECT_EQ(config.gpu_layers, 3);
  EXPECT_EQ(config.cache_dir, "/xdg/paw");
  EXPECT_EQ(config.pip, (std::vector<std::string>{"/opt/pip", "--quiet"}));
  variables["PAW_CACHE_DIR"] = "/cache";
  EXPECT_EQ(LoadConfig(disk, environment)->cache_dir, "/cache");

  variables["PAW_GPU_LAYERS"] = "many";
  EXPECT_EQ(LoadConfig(disk, environment).code(), Code::kUsage);
  variables.erase("PAW_GPU_LAYERS");
  ASSERT_TRUE(disk.PublishFile(file, "{not json").ok());
  EXPECT_EQ(LoadConfig(disk, environment).code(), Code::kRefused);
  EXPECT_NE(LoadConfig(disk, environment).message().find(file), std::string::npos);
  variables.clear();
  EXPECT_EQ(LoadConfig(disk, environment).code(), Code::kUsage) << "no HOME";
}

}  // namespace
}  // namespace paw
