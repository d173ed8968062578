// HubClient::Fetch: an archive of a hub, piece by piece, into a part file that outlives this process.
#include <algorithm>
#include <cmath>

#include "base/sha256.h"
#include "base/text.h"
#include "fs/path.h"
#include "hubclient/hub_client.h"

namespace paw {
namespace {

constexpr int kTriesMax = 5;  // in a row that bring nothing
constexpr double kLongestBackOffSeconds = 8;
constexpr const char* kLockName = "fetch.lock";
constexpr double kForever = -1;

std::string PartPath(const HubResolved& program, const std::string& folder) {
  return JoinPath(folder, (program.digest.empty() ? program.program_id : program.digest) + ".part");
}

bool IsFile(const HttpReply& reply) { return reply.status == 200 || reply.status == 206; }

}  // namespace

class HubClient::Fetching {
 public:
  Fetching(const HubClient& client, const HubResolved& program, const std::string& folder, const ProgressFn& progress)
      : client_(client), program_(program), path_(PartPath(program, folder)), what_(client.What("fetching " + program.program_id)) {
    download_.url = client.base_ + "/programs/" + program.program_id + "/download?exact=1";
    download_.headers = client.Headers();
    download_.bytes_max = kArchiveBytesMax;
    download_.progress = progress;
    sink_.begin = [this](std::uint64_t offset, const HttpReply& head) { return Begin(offset, head); };
    sink_.write = [this](std::span<const std::byte> bytes) { return Take(bytes); };
  }

  Result<std::vector<std::byte>> Run() {
    PAW_TRY(FindPart());
    if (here_ > 0) {
      Result<std::vector<std::byte>> whole = client_.fs_->Read(path_, kArchiveBytesMax);
      if (whole.ok() && Sha256Hex(*whole) == program_.digest) return whole;
    }
    PAW_TRY(Download());
    PAW_TRY(file_->Sync());
    file_.reset();
    std::vector<std::byte> bytes = PAW_TRY(client_.fs_->Read(path_, kArchiveBytesMax));
    const std::string found = Sha256Hex(bytes);
    if (program_.digest.empty() || found == program_.digest) return bytes;
    PAW_TRY(client_.fs_->RemoveFile(path_));
    return Refused(what_ + ": found bytes with SHA-256 " + found.substr(0, 12) + ", expected " + program_.digest.substr(0, 12) +
                   "; they were thrown away");
  }

 private:
  // What an earlier fetch left. Without a digest nothing tells whether it still belongs to what the hub has now.
  Status FindPart() {
    const Result<FileFacts> facts = client_.fs_->Stat(path_);
    if (facts.code() == Code::kNotFound) return Ok();
    if (!facts.ok()) return facts.status();
    if (!program_.digest.empty() && facts->bytes <= kArchiveBytesMax) here_ = facts->bytes;
    return Ok();
  }

  Status Download() {
    double patience = client_.options_.wait_seconds_max;
    for (int tries = 1;;) {
      const std::uint64_t before = here_;
      download_.from = here_;
      const Result<HttpReply> reply = client_.http_->Download(download_, sink_, client_.options_.cancel);
      if (reply.ok()) {
        if (IsFile(*reply)) return Ok();
        const bool again = PAW_TRY(client_.WaitAsAsked(*reply, patience));
        if (again) continue;
        if (reply->status != 416 || here_ == 0) return client_.ErrorOf(*reply, what_);
        here_ = 0;  // the part is longer than the file, or all of it and wrong
        continue;
      }
      if (reply.code() != Code::kUnavailable || !own_error_.ok()) return reply.status();
      tries = here_ > before ? 1 : tries + 1;
      if (tries > kTriesMax) return reply.status();
      PAW_TRY(client_.Wait(std::min(std::ldexp(1.0, tries - 1), kLongestBackOffSeconds)));
    }
  }

  Status Begin(std::uint64_t offset, const HttpReply& head) {
    const auto stated = head.headers.find("x-paw-digest");
    if (stated != head.headers.end() && !program_.digest.empty() && stated->second != program_.digest) {
      return Refused(what_ + ": found a file with digest " + Quoted(stated->second, 12) + ", expected " + program_.digest.substr(0, 12));
    }
    file_.reset();
    Result<std::unique_ptr<WritableFile>> file = client_.fs_->Append(path_, offset);
    if (!file.ok()) return own_error_ = file.status();
    file_ = std::move(file).value();
    here_ = offset;
    return Ok();
  }

  // A full disk is unavailable too, and not the connection's fault.
  Status Take(std::span<const std::byte> bytes) {
    own_error_ = file_->Write(bytes);
    if (own_error_.ok()) here_ += bytes.size();
    return own_error_;
  }

  const HubClient& client_;
  const HubResolved& program_;
  std::string path_, what_;
  HttpDownload download_;
  HttpSink sink_;
  std::unique_ptr<WritableFile> file_;
  std::uint64_t here_ = 0;  // bytes in the part
  Status own_error_;        // of writing the part
};

Result<std::vector<std::byte>> HubClient::Fetch(const HubResolved& program, const std::string& folder, const ProgressFn& progress) const {
  PAW_TRY(fs_->MakeFolders(folder));
  const std::unique_ptr<HeldLock> lock = PAW_TRY(fs_->Lock(JoinPath(folder, kLockName), LockMode::kExclusive, kForever, options_.cancel));
  return Fetching(*this, program, folder, progress).Run();
}

Status HubClient::ForgetPart(const HubResolved& program, const std::string& folder) const {
  const Status removed = fs_->RemoveFile(PartPath(program, folder));
  return removed.code() == Code::kNotFound ? Ok() : removed;
}

}  // namespace paw
