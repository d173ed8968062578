#include "corpus/synth_folder.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "corpus/synth_digest.h"
#include "fs/path.h"

namespace paw {
namespace {

constexpr const char* kFactsFile = "corpus.json";
constexpr const char* kLockFile = ".corpus.lock";
constexpr const char* kMaker = "paw corpus synth";

std::string FileOf(std::string_view split) { return std::string(split) + ".jsonl"; }

bool IsSplitFile(std::string_view name) {
  return std::any_of(std::begin(kSynthSplits), std::end(kSynthSplits), [&](std::string_view split) { return FileOf(split) == name; });
}

struct Written {
  SynthFile facts;
  std::string text;
};

Written FileOfSplit(std::string_view split, const std::vector<SynthRow>& rows) {
  std::vector<std::pair<std::uint64_t, const SynthRow*>> order;
  for (const SynthRow& row : rows) {
    if (row.split == split) order.emplace_back(CorpusDigest({"order", row.id}), &row);
  }
  std::sort(order.begin(), order.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first < b.first : a.second->id < b.second->id; });
  Written file;
  for (const auto& [digest, row] : order) {
    file.text += row->line + "\n";
    file.facts.pairs += static_cast<std::int64_t>(row->pairs);
  }
  file.facts.name = FileOf(split);
  file.facts.specs = static_cast<std::int64_t>(order.size());
  file.facts.sha256 = Sha256Hex(file.text);
  return file;
}

Json Coverage(const std::vector<SynthRow>& rows) {
  std::map<std::pair<std::string, std::string>, std::int64_t> specs;
  for (const SynthRow& row : rows) ++specs[{row.area, row.theme}];
  Json table = Json::array();
  for (const auto& [theme, count] : specs) table.push_back({{"area", theme.first}, {"theme", theme.second}, {"specs", count}});
  return table;
}

Json FactsOf(const Json& settings, const SynthReport& report, const std::vector<Written>& files) {
  Json list = Json::object();
  for (const Written& file : files) {
    list[file.facts.name] = {{"specs", file.facts.specs}, {"pairs", file.facts.pairs}, {"sha256", file.facts.sha256}};
  }
  std::map<std::string, std::int64_t> kinds;
  for (const SynthRow& row : report.rows) ++kinds[row.kind];
  return {{"made_by", kMaker},
          {"settings", settings},
          {"specs", report.progress.kept},
          {"pairs", report.progress.pairs},
          {"dropped_specs", report.progress.dropped_specs},
          {"dropped_pairs", report.progress.dropped_pairs},
          {"files", list},
          {"coverage", Coverage(report.rows)},
          {"kinds", kinds}};
}

// The digests of files that are there and will go: kept in corpus.json until they have gone.
Json ReplacedBy(const Json& facts, const std::map<std::string, std::string>& there) {
  Json replaced = Json::object();
  for (const auto& [name, digest] : there) {
    const auto file = facts["files"].find(name);
    if (file == facts["files"].end() || (*file)["sha256"] != digest) replaced[name] = digest;
  }
  return replaced;
}

}  // namespace

Result<SynthFolder> SynthFolder::Open(Fs& fs, SynthTarget target) {
  if (target.folder.empty()) return Usage("writing a corpus: found an empty name, expected that of a folder");
  SynthFolder folder(&fs, std::move(target));
  const std::string& path = folder.target_.folder;
  const std::string what = folder.What();
  if (const auto facts = fs.Stat(path); facts.ok() && facts->kind != FileKind::kFolder) {
    return Usage(what + ": found a file, expected a folder");
  }
  PAW_TRY(fs.MakeFolders(path).WithContext(what));
  PAW_TRY(folder.ReadFacts());  // a folder of others gets no lock file
  auto lock = fs.TryLock(folder.PathOf(kLockFile), LockMode::kExclusive);
  if (!lock.ok()) return lock.status().WithContext(what);  // a folder that cannot be written shows here
  folder.lock_ = std::move(lock).value();
  if (folder.lock_ == nullptr) return Unavailable(what + ": found another run at work on it, expected none");
  PAW_TRY(folder.ReadFacts());  // another run may have come to its end in between
  PAW_TRY(folder.CheckSettings());
  PAW_TRY(folder.CheckFiles());
  PAW_TRY(fs.RemoveStaleTemporaries(path));
  return folder;
}

std::string SynthFolder::What() const { return "writing a corpus to " + Printable(target_.folder, kPathBytesMax); }

std::string SynthFolder::PathOf(const std::string& name) const { return JoinPath(target_.folder, name); }

Status SynthFolder::ReadFacts() {
  settings_ = Json();
  specs_ = 0;
  digests_.clear();
  const std::vector<FolderEntry> entries = PAW_TRY(fs_->List(target_.folder));
  const auto of_ours = [](const FolderEntry& entry) { return entry.name == kLockFile || entry.name.starts_with(Fs::kTemporaryPrefix); };
  if (std::all_of(entries.begin(), entries.end(), of_ours)) return Ok();
  const auto text = fs_->ReadText(PathOf(kFactsFile), kJsonBytesMax);
  if (!text.ok() && text.code() != Code::kNotFound) return text.status().WithContext(What());
  const std::string what = What() + ": " + kFactsFile + " there";
  const auto facts = text.ok() ? ParseJson(*text, what) : Result<Json>(text.status());
  const auto maker = facts.ok() ? FindString(*facts, "made_by", what) : Result<std::optional<std::string>>(facts.status());
  if (!maker.ok() || *maker != kMaker) {
    return Usage(What() + ": found files there that `paw corpus synth` did not write, expected an empty or a new folder");
  }
  settings_ = *PAW_TRY(GetObject(*facts, "settings", what));
  specs_ = PAW_TRY(GetInt(*facts, "specs", what));
  for (const auto& [name, file] : PAW_TRY(GetObject(*facts, "files", what))->items()) {
    digests_[name].insert(PAW_TRY(GetString(file, "sha256", what)));
  }
  if (FindMember(*facts, "replaced") == nullptr) return Ok();
  const Json* replaced = PAW_TRY(GetObject(*facts, "replaced", what));
  for (const auto& [name, unused] : replaced->items()) digests_[name].insert(PAW_TRY(GetString(*replaced, name, what)));
  return Ok();
}

// That what is there is what this run goes on from.
Status SynthFolder::CheckSettings() const {
  if (settings_.is_null() || target_.replace) return Ok();
  for (const auto& [key, value] : target_.settings.items()) {
    const Json* there = FindMember(settings_, key);
    if (there != nullptr && *there == value) continue;
    return Usage(What() + ": found a corpus there made with " + key + " " + Printable(WriteJson(there != nullptr ? *there : Json())) +
                 ", expected " + Printable(WriteJson(value)) + "; name another folder, or let it go with --replace");
  }
  if (target_.specs >= specs_) return Ok();
  return Usage(What() + ": found a corpus of " + std::to_string(specs_) + " specs there, expected at most the " +
               std::to_string(target_.specs) + " that are asked for; ask for as many, name another folder, or let it go with --replace");
}

// That every file which may be replaced or removed is one that a run wrote.
Status SynthFolder::CheckFiles() {
  there_.clear();
  for (const FolderEntry& entry : PAW_TRY(fs_->List(target_.folder))) {
    if (!IsSplitFile(entry.name)) continue;
    std::string digest;
    if (entry.kind == FileKind::kFile) {
      const Mapping file = PAW_TRY(fs_->Map(PathOf(entry.name)));
      digest = Sha256Hex(file.bytes());
    }
    if (!digests_[entry.name].contains(digest)) {
      return Usage(What() + ": found another " + entry.name + " there than `paw corpus synth` wrote (its digest is not in " + kFactsFile +
                   "), expected that one or none; name another folder");
    }
    there_[entry.name] = digest;
  }
  return Ok();
}

// corpus.json gets its name first, so that the folder of a run that is killed here is one of ours, and once more without the digests of what
// went when that has gone.
Status SynthFolder::Publish(const Json& facts, const std::vector<std::pair<std::string, std::string>>& files) {
  Json first = facts;
  const Json replaced = ReplacedBy(facts, there_);
  if (!replaced.empty()) first["replaced"] = replaced;
  std::vector<Publication> publications;
  const auto begin = [&](const std::string& name, std::string_view text) -> Status {
    publications.push_back(PAW_TRY(fs_->BeginPublication(PathOf(name))));
    return publications.back().Write(std::as_bytes(std::span(text)));
  };
  PAW_TRY(begin(kFactsFile, WriteJsonIndented(first)));
  for (const auto& [name, text] : files) PAW_TRY(begin(name, text));
  if (!replaced.empty()) PAW_TRY(begin(kFactsFile, WriteJsonIndented(facts)));
  for (Publication& publication : publications) PAW_TRY(publication.Sync());
  for (std::size_t i = 0; i <= files.size(); ++i) PAW_TRY(publications[i].Commit());
  for (const auto& [name, digest] : there_) {
    if (!facts["files"].contains(name)) PAW_TRY(fs_->RemoveFile(PathOf(name)));
  }
  if (replaced.empty()) return Ok();
  PAW_TRY(fs_->SyncFolder(target_.folder));
  return publications.back().Commit();
}

Result<std::vector<SynthFile>> SynthFolder::Write(SynthReport& report) {
  if (report.progress.kept < specs_ && !target_.replace) {
    return Failed(What() + ": found a corpus of " + std::to_string(specs_) + " specs there, expected at most the " +
                  std::to_string(report.progress.kept) + " that came out; name another folder, or let it go with --replace");
  }
  PAW_TRY(CheckFiles());  // hours may have passed since Open
  std::vector<Written> files;
  std::string empty;
  for (const std::string_view split : kSynthSplits) {
    Written file = FileOfSplit(split, report.rows);
    if (file.facts.specs == 0 && split != "test") empty += (empty.empty() ? "" : ", ") + file.facts.name;
    if (file.facts.specs > 0) files.push_back(std::move(file));
  }
  const Json facts = FactsOf(target_.settings, report, files);
  std::vector<std::pair<std::string, std::string>> texts;
  for (Written& file : files) texts.emplace_back(file.facts.name, std::move(file.text));
  PAW_TRY(Publish(facts, texts));
  if (!empty.empty()) {
    report.warnings.push_back("writing a corpus: found no spec for " + empty +
                              ", which paw_train_mapper reads; more specs, or more areas, bring some");
  }
  std::vector<SynthFile> written;
  for (Written& file : files) written.push_back(std::move(file.facts));
  return written;
}

}  // namespace paw
