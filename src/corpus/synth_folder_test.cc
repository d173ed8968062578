#include "corpus/synth_folder.h"

#include <gtest/gtest.h>

#include <map>

#include "base/json.h"
#include "eval/corpus_file.h"
#include "fs/fault_fs.h"
#include "fs/memory_fs.h"

namespace paw {
namespace {

constexpr const char* kFolder = "/corpus";

SynthReport ReportOf(int specs, const std::string& words = "wording") {
  SynthReport report;
  for (int i = 0; i < specs; ++i) {
    SynthSpec spec;
    spec.wording = words + " " + std::to_string(i);
    spec.theme = AllThemes()[static_cast<std::size_t>(i) % AllThemes().size()];
    report.rows.push_back(RowOf(spec, {{"one", "1"}, {"two", "2"}}));
  }
  report.progress.kept = specs;
  return report;
}

SynthTarget Target(const std::string& folder = kFolder) {
  return {folder, {{"url", "http://here/v1"}, {"model", "writer"}, {"seed", 1}}, 1000};
}

Result<std::vector<SynthFile>> Write(Fs& fs, SynthReport report, std::vector<std::string>* warnings = nullptr) {
  SynthFolder folder = PAW_TRY(SynthFolder::Open(fs, Target()));
  std::vector<SynthFile> files = PAW_TRY(folder.Write(report));
  if (warnings != nullptr) *warnings = report.warnings;
  return files;
}

// What a user sees: nothing hidden.
std::map<std::string, std::string> FilesIn(Fs& fs) {
  std::map<std::string, std::string> files;
  for (const FolderEntry& entry : fs.List(kFolder).value_or({})) {
    if (entry.name.starts_with(".")) continue;
    files[entry.name] = *fs.ReadText(std::string(kFolder) + "/" + entry.name, 1 << 24);
  }
  return files;
}

TEST(SynthFolder, IsACorpus) {
  MemoryFs fs;
  std::vector<std::string> warnings;
  const auto files = Write(fs, ReportOf(300), &warnings);
  ASSERT_TRUE(files.ok()) << files.message();
  ASSERT_EQ(files->size(), 4u);
  EXPECT_TRUE(warnings.empty());
  std::int64_t specs = 0;
  for (const SynthFile& file : *files) {
    const auto read = ReadCorpus(fs, std::string(kFolder) + "/" + file.name, SIZE_MAX);
    ASSERT_TRUE(read.ok()) << read.message();
    EXPECT_EQ(read->size(), static_cast<std::size_t>(file.specs));
    EXPECT_EQ(read->front().pairs.size(), 2u);
    EXPECT_EQ(file.pairs, 2 * file.specs);
    specs += file.specs;
  }
  EXPECT_EQ(specs, 300);
  const Json facts = *ParseJson(FilesIn(fs)["corpus.json"], "facts");
  EXPECT_EQ(facts["files"]["train.jsonl"]["sha256"], files->front().sha256);
  EXPECT_EQ(facts["coverage"].size(), 30u);
  EXPECT_EQ(facts["settings"], Target().settings);
  EXPECT_EQ(facts["specs"], 300);
  EXPECT_EQ(fs.List(kFolder)->size(), 6u) << "the lock stays and no temporary";
}

TEST(SynthFolder, GoesOnToALargerCorpus) {
  MemoryFs fs, at_once;
  ASSERT_TRUE(Write(fs, ReportOf(100)).ok());
  ASSERT_TRUE(Write(fs, ReportOf(300)).ok());
  ASSERT_TRUE(Write(at_once, ReportOf(300)).ok());
  EXPECT_EQ(FilesIn(fs), FilesIn(at_once)) << "nothing tells of the smaller one";
}

TEST(SynthFolder, ASmallerCorpusLeavesNoFileOfALarger) {
  MemoryFs fs;
  ASSERT_TRUE(Write(fs, ReportOf(300)).ok());
  SynthReport report = ReportOf(300);
  std::erase_if(report.rows, [](const SynthRow& row) { return row.split == "valid" || row.split == "test"; });
  std::vector<std::string> warnings;
  ASSERT_TRUE(Write(fs, report, &warnings).ok());
  EXPECT_EQ(FilesIn(fs).size(), 3u);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("no spec for valid.jsonl, which"), std::string::npos)
      << "the trainer does not read test.jsonl: " << warnings[0];
}

// A corpus that was paid for does not go for another one by mistake.
TEST(SynthFolder, NeitherALargerCorpusNorAnotherOneIsReplacedUnasked) {
  MemoryFs fs;
  ASSERT_TRUE(Write(fs, ReportOf(300)).ok());
  const auto before = FilesIn(fs);
  const auto refused = [&fs](auto change) -> std::string {
    SynthTarget target = Target();
    change(target);
    const auto opened = SynthFolder::Open(fs, target);
    EXPECT_EQ(opened.code(), Code::kUsage) << opened.message();
    target.replace = true;
    EXPECT_TRUE(SynthFolder::Open(fs, target).ok());
    return opened.message();
  };
  EXPECT_NE(refused([](SynthTarget& t) { t.settings["model"] = "other"; }).find(R"(made with model "writer", expected "other")"),
            std::string::npos);
  EXPECT_NE(refused([](SynthTarget& t) { t.settings["seed"] = 2; }).find("made with seed 1, expected 2"), std::string::npos);
  EXPECT_NE(refused([](SynthTarget& t) { t.settings["areas"] = {"repair"}; }).find(R"(made with areas null, expected ["repair"])"),
            std::string::npos);
  EXPECT_NE(refused([](SynthTarget& t) { t.specs = 299; }).find("found a corpus of 300 specs"), std::string::npos);
  const auto fewer = Write(fs, ReportOf(299));
  EXPECT_EQ(fewer.code(), Code::kFailed);
  EXPECT_NE(fewer.message().find("at most the 299 that came out"), std::string::npos) << fewer.message();
  EXPECT_EQ(FilesIn(fs), before);
  SynthTarget target = Target();
  target.replace = true;
  auto folder = SynthFolder::Open(fs, target);
  ASSERT_TRUE(folder.ok()) << folder.message();
  SynthReport report = ReportOf(299);
  EXPECT_TRUE(folder->Write(report).ok());
  EXPECT_EQ(ParseJson(FilesIn(fs)["corpus.json"], "facts")->at("specs"), 299);
}

TEST(SynthFolder, FilesOfTheUserStay) {
  for (const bool replace : {false, true}) {
    MemoryFs fs;
    ASSERT_TRUE(Write(fs, ReportOf(20)).ok());  // too few for valid.jsonl
    ASSERT_EQ(FilesIn(fs).count("valid.jsonl"), 0u);
    SynthTarget target = Target();
    target.replace = replace;
    const auto refused = [&](const std::string& name, const std::string& text) {
      const std::string path = std::string(kFolder) + "/" + name;
      const auto before = fs.ReadText(path, 1 << 24);
      EXPECT_TRUE(fs.PublishFile(path, text).ok());
      const auto opened = SynthFolder::Open(fs, target);
      EXPECT_EQ(*fs.ReadText(path, 1 << 24), text);
      EXPECT_TRUE((before.ok() ? fs.PublishFile(path, *before) : fs.RemoveFile(path)).ok());
      return opened.code() == Code::kUsage && opened.message().find("another " + name) != std::string::npos;
    };
    EXPECT_TRUE(refused("train.jsonl", "both of them\n")) << "merged";
    EXPECT_TRUE(refused("valid.jsonl", "mine\n")) << "corpus.json does not list it";
    ASSERT_TRUE(fs.PublishFile(std::string(kFolder) + "/merged.jsonl", "mine").ok());
    auto folder = SynthFolder::Open(fs, target);
    ASSERT_TRUE(folder.ok()) << folder.message();
    SynthReport report = ReportOf(300);
    ASSERT_TRUE(fs.PublishFile(std::string(kFolder) + "/test.jsonl", "made while it asked").ok());
    EXPECT_EQ(folder->Write(report).code(), Code::kUsage);
    EXPECT_EQ(FilesIn(fs)["test.jsonl"], "made while it asked");
    ASSERT_TRUE(fs.RemoveFile(std::string(kFolder) + "/test.jsonl").ok());
    EXPECT_TRUE(folder->Write(report).ok());
    EXPECT_EQ(FilesIn(fs)["merged.jsonl"], "mine") << "of a name that no run writes";
  }
}

TEST(SynthFolder, NoOtherFolderIsTouched) {
  MemoryFs fs;
  ASSERT_TRUE(fs.MakeFolders("/mine").ok());
  ASSERT_TRUE(fs.PublishFile("/mine/train.jsonl", "x").ok());
  EXPECT_EQ(SynthFolder::Open(fs, Target("/mine")).code(), Code::kUsage);
  ASSERT_TRUE(fs.PublishFile("/mine/corpus.json", R"({"seed": 1})").ok());
  EXPECT_EQ(SynthFolder::Open(fs, Target("/mine")).code(), Code::kUsage) << "of tools/corpus/build.py";
  ASSERT_TRUE(fs.PublishFile("/mine/corpus.json", "{").ok());
  EXPECT_EQ(SynthFolder::Open(fs, Target("/mine")).code(), Code::kUsage);
  EXPECT_EQ(SynthFolder::Open(fs, Target("/mine/train.jsonl")).code(), Code::kUsage);
  EXPECT_EQ(SynthFolder::Open(fs, Target("")).code(), Code::kUsage);
  EXPECT_EQ(fs.List("/mine")->size(), 2u) << "no lock either";
  EXPECT_TRUE(SynthFolder::Open(fs, Target("/a/new/one")).ok());
  EXPECT_EQ(fs.List("/a/new/one")->size(), 1u) << "the lock";
  EXPECT_TRUE(SynthFolder::Open(fs, Target("/a/new/one")).ok());
}

TEST(SynthFolder, SaysWhyCorpusJsonCannotBeRead) {
  MemoryFs fs;
  ASSERT_TRUE(fs.MakeFolders("/corpus/corpus.json").ok());
  const auto opened = SynthFolder::Open(fs, Target());
  EXPECT_EQ(opened.code(), Code::kFailed);
  EXPECT_NE(opened.message().find("Is a directory"), std::string::npos) << opened.message();
  MemoryFs changed;
  ASSERT_TRUE(changed.MakeFolders(kFolder).ok());
  ASSERT_TRUE(changed.PublishFile("/corpus/corpus.json", R"({"made_by": "paw corpus synth", "settings": {}, "specs": "many"})").ok());
  EXPECT_EQ(SynthFolder::Open(changed, Target()).code(), Code::kRefused);
}

TEST(SynthFolder, HasOneRunAtATime) {
  MemoryFs fs;
  {
    auto first = SynthFolder::Open(fs, Target());
    ASSERT_TRUE(first.ok()) << first.message();
    const auto second = SynthFolder::Open(fs, Target());
    EXPECT_EQ(second.code(), Code::kUnavailable);
    EXPECT_NE(second.message().find("found another run at work on it"), std::string::npos) << second.message();
    SynthReport report = ReportOf(50);
    EXPECT_TRUE(first->Write(report).ok()) << "the second has not broken in";
    EXPECT_EQ(SynthFolder::Open(fs, Target()).code(), Code::kUnavailable);
  }
  EXPECT_TRUE(SynthFolder::Open(fs, Target()).ok());
}

// Without what a run says of the files that it is about to replace.
std::string WithoutReplaced(const std::string& text) {
  Json facts = *ParseJson(text, "facts");
  facts.erase("replaced");
  return WriteJsonIndented(facts);
}

// Whatever fails, wherever: each file is the old or the new one, an error before the names changes nothing, and the next run mends the rest.
TEST(SynthFolder, AnErrorAnywhereLeavesWholeFiles) {
  for (const FaultKind kind : {FaultKind::kError, FaultKind::kDoneButError, FaultKind::kFull, FaultKind::kStop}) {
    MemoryFs of_old, of_new;
    ASSERT_TRUE(Write(of_old, ReportOf(300, "old")).ok());
    ASSERT_TRUE(Write(of_new, ReportOf(300, "new")).ok());
    const auto before = FilesIn(of_old), after = FilesIn(of_new);
    for (int at = 1;; ++at) {
      MemoryFs disk;
      ASSERT_TRUE(Write(disk, ReportOf(300, "old")).ok());
      FaultFs faulty(&disk, kind, at);
      const auto written = Write(faulty, ReportOf(300, "new"));
      auto files = FilesIn(disk);
      EXPECT_EQ(files.size(), 5u);
      if (files["corpus.json"] == before.at("corpus.json") || written.message().find("syncing (") != std::string::npos) {
        EXPECT_EQ(files, before) << at << " " << written.message();
      }
      files["corpus.json"] = WithoutReplaced(files["corpus.json"]);
      for (const auto& [name, text] : files) EXPECT_TRUE(text == before.at(name) || text == after.at(name)) << name << " " << at;
      ASSERT_TRUE(Write(disk, ReportOf(300, "new")).ok()) << at;
      EXPECT_EQ(FilesIn(disk), after) << at;
      EXPECT_EQ(disk.List(kFolder)->size(), 6u) << "nothing is left over: " << at;
      if (!faulty.reached()) {
        EXPECT_TRUE(written.ok());
        break;
      }
    }
  }
}

}  // namespace
}  // namespace paw
