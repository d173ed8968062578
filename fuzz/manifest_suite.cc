// manifest: meta.json through ReadManifest, RequiredBase and back, and runtime manifests alone.
#include <string>
#include <utility>

#include "base/text.h"
#include "bundle/manifest.h"
#include "bundle/official_runtimes.h"
#include "bundle/runtime_manifest.h"
#include "fuzz/json_mutate.h"
#include "fuzz/suite.h"

namespace paw::fuzz {
namespace {

class ManifestSuite : public Suite {
 public:
  explicit ManifestSuite(std::vector<Sample> samples) : samples_(std::move(samples)) {}

  Bytes Make(Random& random) override { return MutateJsonText(samples_[random.Below(samples_.size())], random); }

  Result<Verdict> Try(const Bytes& mutant) override {
    const std::string_view text(reinterpret_cast<const char*>(mutant.data()), mutant.size());
    const Result<Manifest> manifest = ReadManifest(text, "mutant");
    if (!manifest.ok()) {
      PAW_TRY(CheckRefusal(manifest.status()));
      return Verdict::kRefused;
    }
    const Result<BaseReference> base = RequiredBase(*manifest);
    if (!base.ok() && base.code() != Code::kNotFound) return Failed("a manifest that is read and names no base: " + base.message());
    const Result<std::string> written = WriteManifest(*manifest);
    if (!written.ok()) return Failed("a manifest that is read and cannot be written: " + written.message());
    const Result<Manifest> again = ReadManifest(*written, "written");
    if (!again.ok()) return Failed("a manifest that is written and cannot be read: " + again.message());
    if (*WriteManifest(*again) != *written) return Failed("a manifest that reads back differently");
    return Verdict::kAccepted;
  }

  std::uint64_t peak_bytes_max() const override { return 256 * kMiB; }

 private:
  std::vector<Sample> samples_;
};

Manifest Base() {
  Manifest manifest = ManifestFor(*FindBuiltInProfile(kDefaultProfile));
  manifest.program_id = "0123456789abcdef0123";
  manifest.spec = "Say \"now\" or \"later\".";
  manifest.compiler_kind = "finetune_lora";
  manifest.compiler_fingerprint = "0123456789abcdef";
  manifest.prefix_steps = 64;
  manifest.created_at = "1980-01-01T00:00:00Z";
  return manifest;
}

}  // namespace

Result<std::unique_ptr<Suite>> MakeManifestSuite() {
  std::vector<Manifest> manifests = {Base()};
  PawRecord& paw = *manifests[0].paw;
  paw.labels = {"now", "later"};
  paw.output_kind = OutputKind::kLabel;
  paw.training = {{"steps", 120}, {"seed", 1}};
  paw.held_out = HeldOut{.metric = "exact", .n = 40, .score = 0.9, .ci95_low = 0.77, .ci95_high = 0.96};
  paw.calibration = Calibration{.temperature = 1.25, .engine_id = "native", .engine_version = "1"};
  paw.reject = RejectThreshold{"later", 0.4};
  for (const std::string_view id : OfficialRuntimeIds()) {
    Manifest manifest = Base();
    manifest.paw.reset();
    manifest.runtime = *OfficialRuntime(id);
    manifest.runtime_id = id;
    manifest.interpreter = manifest.runtime["interpreter"].get<std::string>();
    manifest.runtime_manifest_version = manifest.runtime["manifest_version"].get<std::int64_t>();
    manifests.push_back(std::move(manifest));
  }
  std::vector<Sample> samples;
  for (const Manifest& manifest : manifests) samples.push_back({manifest.runtime_id, BytesOfText(PAW_TRY(WriteManifest(manifest))), 0, {}});
  return std::unique_ptr<Suite>(std::make_unique<ManifestSuite>(std::move(samples)));
}

}  // namespace paw::fuzz
