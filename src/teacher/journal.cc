#include "teacher/journal.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "fs/path.h"

namespace paw {
namespace {

constexpr std::array<std::string_view, 3> kStepNames = {"specs", "pairs", "outputs"};  // in the order of TeacherStep

struct Line {
  std::int64_t batch = 0;
  TeacherStep step = TeacherStep::kPairs;
  TeacherReply reply;
};

Result<Line> ParseLine(std::string_view text, const std::string& what) {
  const Json json = PAW_TRY(ParseJson(text, what, 8 * kTeacherReplyBytesMax));  // an escaped byte takes six
  Line line;
  line.batch = PAW_TRY(GetInt(json, "batch", what));
  const std::string step = PAW_TRY(GetString(json, "step", what));
  const auto name = std::find(kStepNames.begin(), kStepNames.end(), step);
  if (name == kStepNames.end()) return Refused(what + ": found the step " + Quoted(step) + ", expected specs, pairs or outputs");
  line.step = static_cast<TeacherStep>(name - kStepNames.begin());
  line.reply.tokens = PAW_TRY(GetInt(json, "tokens", what));
  if (line.reply.tokens < 0 || line.reply.tokens > kTeacherTokensMax) {
    return Refused(what + ": found " + std::to_string(line.reply.tokens) + " tokens, expected 0 to " + std::to_string(kTeacherTokensMax));
  }
  line.reply.text = PAW_TRY(FindString(json, "text", what));
  line.reply.problem = PAW_TRY(FindString(json, "problem", what)).value_or("");
  return line;
}

}  // namespace

Result<std::unique_ptr<TeacherJournal>> TeacherJournal::Open(Fs& fs, const std::string& root, const std::string& key,
                                                             std::size_t bytes_max) {
  std::unique_ptr<TeacherJournal> journal(new TeacherJournal());
  journal->bytes_max_ = bytes_max;
  const std::string folder = JoinPath(root, "teacher");
  PAW_TRY(fs.MakeFolders(folder));
  journal->path_ = JoinPath(folder, key + ".jsonl");
  journal->lock_ = PAW_TRY(fs.TryLock(journal->path_ + ".lock", LockMode::kExclusive));
  if (journal->lock_ == nullptr) {
    return Unavailable("asking a teacher: found another command at work on the same questions (" +
                       Printable(journal->path_, kPathBytesMax) + "), expected none");
  }
  PAW_TRY(journal->Load(fs));
  return journal;
}

Status TeacherJournal::Load(Fs& fs) {
  LineLog log = PAW_TRY(fs.OpenLineLog(path_));
  file_ = std::move(log.file);
  if (log.bytes == 0) return Ok();
  const std::string text = PAW_TRY(fs.ReadText(path_, bytes_max_));
  bytes_ = text.size();
  std::string_view rest = text;
  std::string_view line;
  for (int number = 1; TakeLine(rest, line); ++number) {
    const std::string what = "reading a teacher's answers from " + Printable(path_, kPathBytesMax) + ", line " + std::to_string(number);
    Line read = PAW_TRY(ParseLine(line, what));
    tokens_ += read.reply.tokens;
    longest_ = std::max(longest_, line.size() + 1);
    replies_[{read.batch, read.step}].push_back(std::move(read.reply));
  }
  return Ok();
}

std::optional<TeacherReply> TeacherJournal::Find(std::int64_t batch, TeacherStep step, std::size_t attempt) const {
  const std::scoped_lock hold(mutex_);
  const auto found = replies_.find({batch, step});
  if (found == replies_.end() || found->second.size() <= attempt) return std::nullopt;
  return found->second[attempt];
}

Result<bool> TeacherJournal::Append(std::int64_t batch, TeacherStep step, const TeacherReply& reply) {
  Json line = {{"batch", batch}, {"step", kStepNames[static_cast<std::size_t>(step)]}, {"tokens", reply.tokens}};
  if (reply.text) {
    line["text"] = *reply.text;
  } else {
    line["problem"] = reply.problem;
  }
  const std::string text = WriteJson(line) + "\n";
  const std::scoped_lock hold(mutex_);
  PAW_TRY(broken_);
  if (text.size() > bytes_max_ - bytes_) {
    lost_ = true;
    return false;
  }
  broken_ = file_->Write(text);
  if (broken_.ok()) broken_ = file_->Sync();
  PAW_TRY(broken_);
  bytes_ += text.size();
  longest_ = std::max(longest_, text.size());
  tokens_ += reply.tokens;
  replies_[{batch, step}].push_back(reply);
  return true;
}

std::int64_t TeacherJournal::tokens() const {
  const std::scoped_lock hold(mutex_);
  return tokens_;
}

bool TeacherJournal::full() const {
  const std::scoped_lock hold(mutex_);
  return lost_ || longest_ > bytes_max_ - bytes_;
}

}  // namespace paw
