// safetensors: a Hugging Face folder with one of its files damaged, through Checkpoint and WeightSource.
// mapper: a mapper's checkpoint through Mapper::Open and Mix; coefficients and packed programs through their readers and back.
// A mutant is an archive of the files, so that --save keeps a whole case.
#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "base/text.h"
#include "bundle/packed.h"
#include "bundle/zip.h"
#include "fs/memory_fs.h"
#include "fs/path.h"
#include "fs/posix_fs.h"
#include "fuzz/json_mutate.h"
#include "fuzz/suite.h"
#include "kernels/thread_pool.h"
#include "lm/weight_source.h"
#include "mapper/coefficients.h"
#include "mapper/mapper.h"
#include "tensor/safetensors.h"

namespace paw::fuzz {
namespace {

constexpr std::size_t kFileBytesMax = 4 * kMiB;
constexpr std::string_view kFolder = "/model";

// The JSON header is structure, and its length before it.
Sample SafetensorsSample(std::string name, Bytes bytes) {
  std::uint64_t header = 0;
  if (bytes.size() >= sizeof header) std::memcpy(&header, bytes.data(), sizeof header);
  const std::size_t head = sizeof header + static_cast<std::size_t>(std::min<std::uint64_t>(header, bytes.size()));
  return {std::move(name), std::move(bytes), head, {{0, 8}}};
}

Result<Sample> FileSample(const std::string& folder, const std::string& name) {
  Bytes bytes = PAW_TRY(PosixFs().Read(JoinPath(folder, name), kFileBytesMax));
  if (name.ends_with(".safetensors")) return SafetensorsSample(name, std::move(bytes));
  return Sample{name, std::move(bytes), 0, {}};
}

// The header as JSON, changed and put back: what a byte rarely hits.
Bytes MutateSafetensors(const Sample& sample, Random& random) {
  if (random.Below(2) == 0) return Mutate(sample, std::span(&sample, 1), random);
  const std::string_view text(reinterpret_cast<const char*>(sample.bytes.data()), sample.bytes.size());
  Bytes header = MutateJson(Json::parse(text.substr(8, sample.head - 8)), random);
  while (header.size() % 8 != 0) header.push_back(std::byte{' '});
  const std::uint64_t length = header.size();
  Bytes bytes(8);
  std::memcpy(bytes.data(), &length, sizeof length);
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), sample.bytes.begin() + static_cast<std::ptrdiff_t>(sample.head), sample.bytes.end());
  return bytes;
}

Bytes MutateFile(const Sample& sample, Random& random) {
  if (sample.name.ends_with(".safetensors")) return MutateSafetensors(sample, random);
  if (sample.name.ends_with(".json")) return MutateJsonText(sample, random);
  return Mutate(sample, std::span(&sample, 1), random);
}

// All files, one of them damaged.
Bytes PackWithDamage(std::span<const Sample> files, Random& random) {
  const std::size_t damaged = random.Below(files.size());
  const Bytes changed = MutateFile(files[damaged], random);
  std::vector<std::pair<std::string_view, std::span<const std::byte>>> members;
  for (std::size_t i = 0; i < files.size(); ++i) members.emplace_back(files[i].name, i == damaged ? changed : files[i].bytes);
  Result<Bytes> archive = WriteZip(members);
  return archive.ok() ? std::move(*archive) : Bytes();
}

Result<std::vector<Sample>> UnpackFiles(const Bytes& mutant) {
  std::vector<Sample> files;
  const std::vector<ZipMember> members = PAW_TRY(ScanZip(mutant, {64 * kMiB, 16, 64 * kMiB, 2}, "mutant"));
  for (const ZipMember& member : members) files.push_back({member.name, Bytes(member.packed.begin(), member.packed.end()), 0, {}});
  return files;
}

class SafetensorsSuite : public Suite {
 public:
  explicit SafetensorsSuite(std::vector<Sample> files) : files_(std::move(files)) {}

  Bytes Make(Random& random) override { return PackWithDamage(files_, random); }

  Result<Verdict> Try(const Bytes& mutant) override {
    MemoryFs fs;
    PAW_TRY(fs.MakeFolder(std::string(kFolder)));
    for (const Sample& file : PAW_TRY(UnpackFiles(mutant))) PAW_TRY(fs.PublishFile(JoinPath(kFolder, file.name), file.bytes));
    const auto checkpoint = safetensors::Checkpoint::Open(fs, std::string(kFolder));
    if (!checkpoint.ok()) {
      if (checkpoint.code() != Code::kNotFound) PAW_TRY(CheckRefusal(checkpoint.status()));  // the index may name a shard that is not there
      return Verdict::kRefused;
    }
    for (const auto& [name, tensor] : checkpoint->tensors()) {
      const auto numbers = safetensors::ReadFloats(*tensor, "mutant");
      if (!numbers.ok()) PAW_TRY(CheckRefusal(numbers.status()));
      if (numbers.ok() && static_cast<std::int64_t>(numbers->size()) != tensor->count()) return Failed("a tensor of another size");
    }
    const auto source = WeightSource::Open(fs, std::string(kFolder));
    if (!source.ok()) PAW_TRY(CheckRefusal(source.status()));
    return source.ok() ? Verdict::kAccepted : Verdict::kRefused;
  }

  std::uint64_t peak_bytes_max() const override { return 512 * kMiB; }

 private:
  std::vector<Sample> files_;
};

// The interpreter of tests/fixtures/compiler (tests/tools/make_toy.cc).
ModelShape FixtureInterpreter() {
  ModelShape shape;
  shape.architecture = "qwen3";
  shape.layers = 2, shape.width = 48, shape.ff_width = 40;
  shape.heads = 3, shape.kv_heads = 1, shape.head_width = 10;
  return shape;
}

class MapperSuite : public Suite {
 public:
  explicit MapperSuite(std::vector<Sample> files) : files_(std::move(files)), pool_(1) {}

  // One file each time: the three readers have nothing to do with each other.
  Bytes Make(Random& random) override { return PackWithDamage(std::span(&files_[random.Below(files_.size())], 1), random); }

  Result<Verdict> Try(const Bytes& mutant) override {
    const std::vector<Sample> files = PAW_TRY(UnpackFiles(mutant));
    const Sample& file = files.front();
    const Status status = file.name == "mapper.safetensors" ? TryMapper(file.bytes)
                          : file.name == "coefficients.bin" ? TryCoefficients(file.bytes)
                                                            : TryPacked(file.bytes);
    if (status.ok()) return Verdict::kAccepted;
    if (status.code() == Code::kFailed) return status;
    PAW_TRY(CheckRefusal(status));
    return Verdict::kRefused;
  }

  std::uint64_t peak_bytes_max() const override { return 256 * kMiB; }

 private:
  Status TryMapper(const Bytes& bytes) {
    MemoryFs fs;
    PAW_TRY(fs.PublishFile("/mapper.safetensors", bytes));
    auto checkpoint = std::make_shared<safetensors::Checkpoint>(PAW_TRY(safetensors::Checkpoint::Open(fs, "/mapper.safetensors")));
    const Mapper mapper = PAW_TRY(Mapper::Open(std::move(checkpoint), FixtureInterpreter(), pool_));
    const MapperShape& shape = mapper.shape();
    const std::vector<float> ones(static_cast<std::size_t>(shape.layers * shape.modules * shape.bases * 2), 1.0f);
    const LoraWeights lora = PAW_TRY(mapper.Mix(ones, pool_));
    return lora.rank == shape.rank ? Ok() : Failed("a LoRA of another rank than its mapper's");
  }

  static Status TryCoefficients(const Bytes& bytes) {
    const CoefficientForm form = PAW_TRY(ReadCoefficients(bytes, "mutant"));
    const Result<Bytes> written = WriteCoefficients(form);
    return written.ok() && *written == bytes ? Ok() : Failed("coefficients that are read and written differently");
  }

  static Status TryPacked(const Bytes& bytes) {
    PackedProgram packed = PAW_TRY(ReadPacked(bytes, "mutant"));
    const Result<Bytes> written = WritePacked(packed);
    if (!written.ok()) return Failed("a packed program that is read and cannot be written: " + written.message());
    const Result<Bundle> whole = Unpacked(std::move(packed), Bytes(2000), "mutant");
    return whole.ok() ? Failed("a packed program that takes any adapter") : Ok();
  }

  std::vector<Sample> files_;
  ThreadPool pool_;
};

Result<Bytes> PackedSample(const Bytes& coefficients) {
  PackedProgram packed;
  packed.bundle.manifest = ManifestFor(*FindBuiltInProfile(kDefaultProfile));
  packed.bundle.manifest.program_id = "0123456789abcdef0123";
  packed.bundle.manifest.paw->members["adapter.gguf"] = std::string(64, 'a');
  packed.bundle.prompt_template = "[INPUT]\n{INPUT_PLACEHOLDER}\n[END_INPUT]";
  packed.bundle.pseudo_program = "Task: now or later.\n";
  packed.coefficients = coefficients;
  return WritePacked(packed);
}

}  // namespace

Result<std::unique_ptr<Suite>> MakeSafetensorsSuite() {
  const std::string folder = JoinPath(PAW_SOURCE_DIR, "tests/fixtures/compiler");
  std::vector<Sample> files;
  for (const char* name : {"config.json", "model.safetensors.index.json", "model-00001-of-00003.safetensors",
                           "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors"}) {
    files.push_back(PAW_TRY(FileSample(folder, name)));
  }
  return std::unique_ptr<Suite>(std::make_unique<SafetensorsSuite>(std::move(files)));
}

Result<std::unique_ptr<Suite>> MakeMapperSuite() {
  Sample mapper = PAW_TRY(FileSample(JoinPath(PAW_SOURCE_DIR, "tests/fixtures/compiler"), "lora_mapper.safetensors"));
  mapper.name = "mapper.safetensors";
  CoefficientForm form{{}, {}, 2, 7, 3, std::vector<float>(2 * 7 * 3 * 2, 0.5f)};
  const Bytes coefficients = PAW_TRY(WriteCoefficients(form));
  std::vector<Sample> files = {std::move(mapper), {"coefficients.bin", coefficients, 88, {{8, 4}, {12, 4}, {16, 4}, {20, 4}}}};
  files.push_back(ZipSample("program.pawc", PAW_TRY(PackedSample(coefficients))));
  return std::unique_ptr<Suite>(std::make_unique<MapperSuite>(std::move(files)));
}

}  // namespace paw::fuzz
