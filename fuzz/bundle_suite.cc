#include <string>
#include <utility>

#include "adapter/adapter.h"
#include "base/limits.h"
#include "bundle/bundle.h"
#include "bundle/zip.h"
#include "fuzz/json_mutate.h"
#include "fuzz/suite.h"
#include "fuzz/toy_base.h"
#include "lm/adapter_check.h"

namespace paw::fuzz {
namespace {

Bundle ToyBundle(std::vector<std::byte> adapter, bool ours) {
  Bundle bundle;
  bundle.manifest = ManifestFor(*FindBuiltInProfile(kDefaultProfile));
  bundle.manifest.program_id = "0123456789abcdef0123";
  bundle.manifest.spec = "Say \"now\" or \"later\".";
  bundle.manifest.compiler_kind = "finetune_lora";
  bundle.manifest.lora_rank = 32;
  bundle.manifest.created_at = "1980-01-01T00:00:00Z";
  if (ours) {
    bundle.manifest.paw->labels = {"now", "later"};
    bundle.manifest.paw->output_kind = OutputKind::kLabel;
    bundle.manifest.paw->training = {{"steps", 120}, {"seed", 1}};
    bundle.manifest.paw->held_out = HeldOut{.metric = "exact", .n = 40, .score = 0.9, .ci95_low = 0.77, .ci95_high = 0.96};
  } else {
    bundle.manifest.paw.reset();  // as the official compiler writes it: no digests of the members
  }
  bundle.adapter_gguf = std::move(adapter);
  bundle.prompt_template = "[INPUT]\n{INPUT_PLACEHOLDER}\n[END_INPUT]";
  bundle.pseudo_program = "Task: now or later.\n";
  return bundle;
}

class BundleSuite : public Suite {
 public:
  BundleSuite(ModelShape shape, std::vector<Sample> archives, std::vector<std::vector<Sample>> members)
      : shape_(std::move(shape)), archives_(std::move(archives)), members_(std::move(members)) {}

  // Half damages the archive; half damages a member and packs it well, so that its own reader is reached.
  Bytes Make(Random& random) override {
    if (random.Below(2) == 0) return Mutate(archives_[random.Below(archives_.size())], archives_, random);
    const std::vector<Sample>& members = members_[random.Below(members_.size())];
    const std::size_t damaged = random.Below(members.size());
    const Bytes changed = Mutate(members[damaged], members, random);
    std::vector<std::pair<std::string_view, std::span<const std::byte>>> packed;
    for (std::size_t i = 0; i < members.size(); ++i) packed.emplace_back(members[i].name, i == damaged ? changed : members[i].bytes);
    Result<Bytes> archive = WriteZip(packed);
    return archive.ok() ? std::move(*archive) : Bytes();
  }

  Result<Verdict> Try(const Bytes& mutant) override {
    const Result<Bundle> bundle = ReadBundle(mutant, "mutant.paw");
    if (!bundle.ok()) {
      PAW_TRY(CheckRefusal(bundle.status()));
      return Verdict::kRefused;
    }
    const Result<Bytes> written = WriteBundle(*bundle);
    if (!written.ok()) return Failed("a bundle that is read and cannot be written: " + written.message());
    const Result<Bundle> again = ReadBundle(*written, "written.paw");
    if (!again.ok()) return Failed("a bundle that is written and cannot be read: " + again.message());
    const bool same = again->adapter_gguf == bundle->adapter_gguf && again->prompt_template == bundle->prompt_template &&
                      again->pseudo_program == bundle->pseudo_program && again->manifest.spec == bundle->manifest.spec;
    if (!same) return Failed("a bundle that reads back differently");
    const Status adapter = CheckAdapter(bundle->adapter_gguf, shape_, "adapter.gguf of mutant.paw");
    if (!adapter.ok()) PAW_TRY(CheckRefusal(adapter));
    return adapter.ok() ? Verdict::kAccepted : Verdict::kRefused;
  }

  std::uint64_t peak_bytes_max() const override { return 512 * kMiB; }

 private:
  ModelShape shape_;
  std::vector<Sample> archives_;
  std::vector<std::vector<Sample>> members_;
};

std::vector<Sample> MembersOf(const Bytes& archive) {
  std::vector<Sample> members;
  const ZipLimits limits = {kArchiveBytesMax, kArchiveMembersMax, kArchiveExpandedBytesMax, kCompressionRatioMax};
  const Result<std::vector<ZipMember>> found = ScanZip(archive, limits, "a sample");
  if (!found.ok()) return members;
  for (const ZipMember& member : *found) {
    Bytes bytes(member.packed.begin(), member.packed.end());
    const bool adapter = member.name == "adapter.gguf";
    members.push_back(adapter ? GgufSample(member.name, std::move(bytes)) : Sample{member.name, std::move(bytes), 0, {}});
  }
  return members;
}

}  // namespace

Result<std::unique_ptr<Suite>> MakeBundleSuite() {
  ModelShape shape = PAW_TRY(ToyBaseShape());
  std::vector<Sample> archives;
  std::vector<std::vector<Sample>> members;
  const std::vector<Sample> adapters = AdapterSamples();
  for (std::size_t i = 0; i < adapters.size(); ++i) {
    const Bytes archive = PAW_TRY(WriteBundle(ToyBundle(adapters[i].bytes, i % 2 == 0)));
    members.push_back(MembersOf(archive));
    archives.push_back(ZipSample("bundle of " + adapters[i].name, archive));
  }
  archives.push_back({"old format", BytesOfText("PAW\x02 and what follows"), 0, {}});
  return std::unique_ptr<Suite>(std::make_unique<BundleSuite>(std::move(shape), std::move(archives), std::move(members)));
}

}  // namespace paw::fuzz
