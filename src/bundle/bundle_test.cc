#include "bundle/bundle.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <zip.h>

#include <array>
#include <limits>

#include "base/limits.h"
#include "base/random.h"
#include "base/sha256.h"
#include "bundle/tiny_bundle.h"
#include "bundle/zip.h"
#include "fs/posix_fs.h"

namespace paw {
namespace {

// Manifest of a bundle that was written: the member digests are filled in.
void ExpectSame(const Bundle& read, const Bundle& written) {
  Manifest manifest = read.manifest;
  if (manifest.paw && written.manifest.paw) manifest.paw->members = written.manifest.paw->members;
  EXPECT_EQ(manifest, written.manifest);
  EXPECT_EQ(read.adapter_gguf, written.adapter_gguf);
  EXPECT_EQ(read.prompt_template, written.prompt_template);
  EXPECT_EQ(read.pseudo_program, written.pseudo_program);
}

// The members of an archive as libzip reads them; empty when it refuses.
std::vector<std::pair<std::string, std::string>> ReadWithLibzip(std::span<const std::byte> archive) {
  std::vector<std::pair<std::string, std::string>> members;
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(archive.data(), archive.size(), 0, &error);
  zip_t* file = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (file == nullptr) {
    zip_source_free(source);
    return members;
  }
  for (zip_int64_t i = 0; i < zip_get_num_entries(file, 0); ++i) {
    zip_stat_t facts;
    zip_file_t* entry = zip_fopen_index(file, static_cast<zip_uint64_t>(i), 0);
    if (entry == nullptr || zip_stat_index(file, static_cast<zip_uint64_t>(i), 0, &facts) != 0) break;
    std::string data(facts.size, '\0');
    if (zip_fread(entry, data.data(), data.size()) == static_cast<zip_int64_t>(data.size())) members.emplace_back(facts.name, data);
    zip_fclose(entry);
  }
  zip_discard(file);
  return members;
}

TEST(Bundle, RoundTripKeepsEverything) {
  const Bundle bundle = TinyBundle();
  const auto archive = WriteBundle(bundle);
  ASSERT_TRUE(archive.ok()) << archive.message();
  const auto read = ReadBundle(*archive, "reading x.paw");
  ASSERT_TRUE(read.ok()) << read.message();
  ExpectSame(*read, bundle);
  EXPECT_EQ(read->manifest.paw->members.at("adapter.gguf"), Sha256Hex(bundle.adapter_gguf));
  EXPECT_EQ(*WriteBundle(*read), *archive) << "the same value gives the same bytes";
}

TEST(Bundle, LibzipReadsWhatWeWrite) {
  const Bundle bundle = TinyBundle();
  const auto members = ReadWithLibzip(*WriteBundle(bundle));
  ASSERT_EQ(members.size(), 4u);
  EXPECT_EQ(members[0].first, "adapter.gguf");
  EXPECT_EQ(members[1].first, "meta.json");
  EXPECT_EQ(members[2], std::pair(std::string("prompt_template.txt"), bundle.prompt_template));
  EXPECT_EQ(members[3], std::pair(std::string("pseudo_program.txt"), *bundle.pseudo_program));
}

TEST(Bundle, AcceptsWhatPythonsZipfileMakes) {
  for (const auto& [name, version, file] :
       {std::tuple("python_v3_stored.zip", 3, "gpt2-q8_0.gguf"), std::tuple("python_v4_deflated.zip", 4, "qwen3-0.6b-q6_k.gguf")}) {
    const auto bytes = PosixFs().Read(std::string(PAW_SOURCE_DIR "/src/bundle/testdata/") + name, kMiB);
    ASSERT_TRUE(bytes.ok()) << bytes.message();
    const auto bundle = ReadBundle(*bytes, name);
    ASSERT_TRUE(bundle.ok()) << bundle.message();
    EXPECT_EQ(bundle->manifest.version, version);
    EXPECT_FALSE(bundle->manifest.paw.has_value());
    EXPECT_EQ(RequiredBase(bundle->manifest)->file, file);
    EXPECT_EQ(*bundle->pseudo_program, "Task: say whether a message can wait.\n");
    const auto again = ReadBundle(*WriteBundle(*bundle), name);
    ASSERT_TRUE(again.ok()) << again.message();
    ExpectSame(*again, *bundle);
  }
}

// Where member content lies, so that flips there can be told from flips in headers.
std::vector<std::pair<std::size_t, std::size_t>> ContentRanges(std::span<const std::byte> archive) {
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  const ZipLimits limits = {kArchiveBytesMax, 8, kArchiveExpandedBytesMax, 100};
  const auto members = ScanZip(archive, limits, "x");
  for (const ZipMember& member : *members) {
    const auto start = static_cast<std::size_t>(member.packed.data() - archive.data());
    ranges.emplace_back(start, start + member.packed.size());
  }
  return ranges;
}

TEST(Bundle, EverySingleBitFlipIsRefusedOrHarmless) {
  const Bundle original = TinyBundle();
  std::vector<std::byte> archive = *WriteBundle(original);
  const auto ranges = ContentRanges(archive);
  int harmless = 0;
  for (std::size_t at = 0; at < archive.size(); ++at) {
    const bool in_content = std::any_of(ranges.begin(), ranges.end(), [&](auto r) { return at >= r.first && at < r.second; });
    for (int bit = 0; bit < 8; ++bit) {
      archive[at] ^= static_cast<std::byte>(1 << bit);
      const auto bundle = ReadBundle(archive, "x");
      archive[at] ^= static_cast<std::byte>(1 << bit);
      if (!bundle.ok()) {
        ASSERT_EQ(bundle.code(), Code::kRefused);
        continue;
      }
      ASSERT_FALSE(in_content) << "byte " << at << " bit " << bit;
      ExpectSame(*bundle, original);
      ++harmless;
    }
  }
  // Who made the archive (2 bytes), the text flag, and permissions: per member, in the central directory only.
  EXPECT_LE(harmless, 4 * 8 * 5);
}

TEST(Bundle, RandomDamageNeverChangesWhatIsRead) {
  const Bundle original = TinyBundle();
  const std::vector<std::byte> archive = *WriteBundle(original);
  Random random(1, "damage");
  int refused = 0;
  for (int round = 0; round < 5000; ++round) {
    std::vector<std::byte> damaged = archive;
    for (std::uint64_t change = 0; change <= random.Below(4); ++change) {
      const std::size_t at = random.Below(damaged.size());
      switch (random.Below(4)) {
        case 0:
          damaged[at] = static_cast<std::byte>(random.Below(256));
          break;
        case 1:
          damaged.resize(at + 1);
          break;
        case 2:
          damaged.insert(damaged.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::byte>(random.Below(256)));
          break;
        default:
          damaged.erase(damaged.begin() + static_cast<std::ptrdiff_t>(at));
          break;
      }
      if (damaged.empty()) break;
    }
    const auto bundle = ReadBundle(damaged, "x");
    if (bundle.ok()) {
      ExpectSame(*bundle, original);
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, 4500);
}

TEST(Bundle, RefusesWrongContents) {
  const auto refused = [](const std::function<void(Bundle&)>& change) {
    Bundle bundle = TinyBundle();
    change(bundle);
    const auto archive = WriteBundle(bundle);
    EXPECT_EQ(archive.code(), Code::kRefused);
    return archive.message();
  };
  refused([](Bundle& b) { b.prompt_template = "no placeholder"; });
  refused([](Bundle& b) { b.prompt_template = "{INPUT_PLACEHOLDER} {INPUT_PLACEHOLDER}"; });
  refused([](Bundle& b) { b.prompt_template = "\xFF {INPUT_PLACEHOLDER}"; });
  refused([](Bundle& b) { b.pseudo_program = "\xC3"; });
  refused([](Bundle& b) { b.adapter_gguf.resize(100); });
  refused([](Bundle& b) { b.adapter_gguf[0] = std::byte{'X'}; });
  refused([](Bundle& b) { b.adapter_gguf.pop_back(); });
  refused([](Bundle& b) { b.manifest.program_id = "../../etc"; });
  refused([](Bundle& b) { b.manifest.version = 5; });
  refused([](Bundle& b) { b.manifest.interpreter.clear(); });
  refused([](Bundle& b) { b.manifest.runtime_id = "a/b"; });
  refused([](Bundle& b) { b.manifest.runtime_manifest_version = 2; });
  refused([](Bundle& b) { b.manifest.runtime["runtime_id"] = "another"; });
  refused([](Bundle& b) { b.manifest.runtime["local_sdk"]["base_model"]["sha256"] = std::string(64, 'a'); });
  refused([](Bundle& b) { b.manifest.paw->base.file = "../base.gguf"; });
  refused([](Bundle& b) { b.manifest.paw->base.sha256 = "x"; });
  refused([](Bundle& b) { b.manifest.paw->labels = {"a", "a"}; });
  refused([](Bundle& b) { b.manifest.paw->labels = {""}; });
  refused([](Bundle& b) { b.manifest.paw->labels.clear(); });
  refused([](Bundle& b) { b.manifest.paw->labels.assign(kLabelsMax + 1, "x"); });
  refused([](Bundle& b) { b.manifest.paw->held_out->score = 1.5; });
  refused([](Bundle& b) { b.manifest.paw->held_out->ci95_low = 0.95; });
  refused([](Bundle& b) { b.manifest.paw->calibration->temperature = 0; });
  refused([](Bundle& b) { b.manifest.paw->calibration->offsets = {0.5, std::numeric_limits<double>::infinity()}; });
  refused([](Bundle& b) { b.manifest.paw->reject = RejectThreshold{"no such label", 0.5}; });
  refused([](Bundle& b) { b.manifest.paw->reject = RejectThreshold{b.manifest.paw->labels.at(0), 1.5}; });
  refused([](Bundle& b) { b.manifest.paw->training = 3; });
  refused([](Bundle& b) { b.manifest.spec = std::string(kSpecBytesMax + 1, 's'); });
  EXPECT_EQ(refused([](Bundle& b) { b.manifest.version = 2; }), "writing meta.json: key \"version\": found 2, expected 3 or 4");
}

TEST(Bundle, MemberDigestsAreHeldToTheMembers) {
  const Bundle bundle = TinyBundle();
  // Another adapter under the same meta.json, with a right CRC-32: only the digest tells.
  std::vector<std::byte> other_adapter = bundle.adapter_gguf;
  other_adapter.back() ^= std::byte{1};
  const auto read = ReadBundle(*WriteBundle(bundle), "x");
  const std::string meta = *WriteManifest(read->manifest);
  const auto bytes_of = [](const std::string& text) { return std::as_bytes(std::span(text)); };
  const auto archive = WriteZip({{"adapter.gguf", other_adapter},
                                 {"meta.json", bytes_of(meta)},
                                 {"prompt_template.txt", bytes_of(bundle.prompt_template)},
                                 {"pseudo_program.txt", bytes_of(*bundle.pseudo_program)}});
  EXPECT_EQ(ReadBundle(*archive, "x").message(), "x: found members whose SHA-256 differ from those in meta.json, expected the same");
}

TEST(Bundle, TheOldFormatIsNamed) {
  const std::string old("PAW\x02\x02\0\0\0rest", 12);
  EXPECT_NE(ReadBundle(std::as_bytes(std::span(old)), "x.paw").message().find("old binary .paw format"), std::string::npos);
}

TEST(Manifest, TheBaseFollowsFromThePawKeyTheRuntimeOrTheInterpreter) {
  Manifest manifest = TinyBundle().manifest;
  EXPECT_EQ(RequiredBase(manifest)->bytes, 98'362'432u);
  manifest.paw.reset();
  EXPECT_EQ(RequiredBase(manifest)->sha256, FindBuiltInProfile(kDefaultProfile)->sha256);
  manifest.runtime = nullptr;
  EXPECT_EQ(RequiredBase(manifest)->file, "SmolLM2-135M-Instruct.Q4_1.gguf");
  manifest.runtime_id = "unknown-1";
  EXPECT_EQ(RequiredBase(manifest).code(), Code::kNotFound);
}

TEST(Manifest, CreatedAtReadsNoClock) {
  EXPECT_EQ(*CreatedAt(std::nullopt), "1980-01-01T00:00:00Z");
  EXPECT_EQ(*CreatedAt("1700000000"), "2023-11-14T22:13:20Z");
  EXPECT_FALSE(CreatedAt("yesterday").ok());
  EXPECT_FALSE(CreatedAt("-1").ok());
  EXPECT_FALSE(CreatedAt("999999999999").ok());
  setenv("SOURCE_DATE_EPOCH", "0", 1);
  EXPECT_EQ(*CreatedAtFromEnvironment(), "1970-01-01T00:00:00Z");
  unsetenv("SOURCE_DATE_EPOCH");
}

TEST(Manifest, ProgramIdsDependOnEveryFieldAndItsBorders) {
  const std::string id = ProgramId({"c", "b", "spec", "e", "o"});
  EXPECT_EQ(id.size(), 20u);
  EXPECT_TRUE(IsHex(id, 20, 20));
  EXPECT_EQ(id, ProgramId({"c", "b", "spec", "e", "o"}));
  EXPECT_NE(id, ProgramId({"cb", "", "spec", "e", "o"}));
  EXPECT_NE(id, ProgramId({"c", "b", "spec", "eo", ""}));
  EXPECT_NE(id, ProgramId({"c", "b", "Spec", "e", "o"}));
}

TEST(Profile, TheDefaultIsThePinnedBase) {
  const BaseProfile* profile = FindBuiltInProfile("smollm2-135m");
  ASSERT_NE(profile, nullptr);
  EXPECT_EQ(profile, &BuiltInProfiles().front());
  EXPECT_EQ(FindBuiltInProfile("smollm2-135m-q4_1"), profile);
  EXPECT_EQ(FindBuiltInProfile(profile->sha256), profile);
  EXPECT_EQ(FindBuiltInProfile("nothing"), nullptr);
  for (const BaseProfile& known : BuiltInProfiles()) EXPECT_TRUE(IsSha256Hex(known.sha256)) << known.name;
}

}  // namespace
}  // namespace paw
