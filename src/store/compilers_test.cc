// Compilers that are registered, read back, and noticed when their files change.
#include "store/compilers.h"

#include <gmock/gmock.h>

#include "fs/memory_fs.h"

namespace paw {
namespace {

using testing::HasSubstr;

class Compilers : public testing::Test {
 protected:
  Compilers() {
    EXPECT_TRUE(fs_.MakeFolders("/models/paw-4b").ok());
    for (const char* name : {"config.json", "tokenizer.json", "model.safetensors", "lora_mapper.safetensors"}) {
      EXPECT_TRUE(fs_.PublishFile(std::string("/models/paw-4b/") + name, std::string(name)).ok());
    }
    EXPECT_TRUE(fs_.PublishFile("/models/mapper.bin", std::string("a mapper")).ok());
  }

  static CompilerProfile Profile(const std::string& name, CompilerKind kind, const std::string& path) {
    CompilerProfile profile;
    profile.name = name;
    profile.kind = kind;
    profile.path = path;
    profile.interpreter = std::string(64, 'a');
    profile.interpreter_name = "toy";
    return profile;
  }

  CompilerProfile Added(CompilerProfile profile) {
    EXPECT_TRUE(registry_.Hash(profile, {}).ok());
    EXPECT_TRUE(registry_.Save(profile).ok());
    return profile;
  }

  // An entry as it lies in the store, one file of theirs in it.
  void Store(const std::string& name, const std::string& place) {
    const std::string entry =
        "{\"name\": \"" + name + "\", " + place + ", \"interpreter\": \"" + std::string(64, 'a') +
        "\", \"interpreter_name\": \"toy\", \"pseudo_lm\": \"\", \"files\": [{\"path\": \"/x\", \"bytes\": 1, \"sha256\": \"" +
        std::string(64, 'b') + "\", \"modified_ns\": 0, \"inode\": 0}]}";
    EXPECT_TRUE(fs_.MakeFolders("/store/compilers").ok());
    EXPECT_TRUE(fs_.PublishFile("/store/compilers/" + name + ".json", entry).ok());
  }

  MemoryFs fs_;
  CompilerRegistry registry_{fs_, "/store"};
};

TEST_F(Compilers, AreReadBackAsTheKindTheyWereWhateverTheirFileIsCalled) {
  const CompilerProfile folder = Added(Profile("paw-4b", CompilerKind::kLoraCompiler, "/models/paw-4b"));
  const CompilerProfile mapper = Added(Profile("own", CompilerKind::kMapper, "/models/mapper.bin"));
  EXPECT_EQ(folder.files.size(), 4u);
  ASSERT_EQ(mapper.files.size(), 1u);
  EXPECT_EQ(mapper.files[0].path, "/models/mapper.bin");
  for (const CompilerProfile& added : {folder, mapper}) {
    const auto found = registry_.Find(added.name);
    ASSERT_TRUE(found.ok()) << found.message();
    EXPECT_EQ(found->kind, added.kind);
    EXPECT_EQ(found->path, added.path);
    EXPECT_EQ(found->fingerprint(), added.fingerprint());
    EXPECT_TRUE(registry_.CheckUnchanged(*found).ok());
  }
  EXPECT_FALSE(registry_.Find("paw-4b")->reads_by_interpreter());
  EXPECT_TRUE(registry_.Find("own")->reads_by_interpreter());
  EXPECT_EQ(registry_.List()->size(), 2u);
}

TEST_F(Compilers, OfAnOldStoreAreStillRead) {
  Store("one", "\"format\": 1, \"folder\": \"/models/paw-4b\"");
  Store("two", "\"format\": 1, \"folder\": \"/models/mapper.gguf\"");
  Store("three", "\"format\": 1, \"folder\": \"/models/mapper.safetensors\"");
  EXPECT_EQ(registry_.Find("one")->kind, CompilerKind::kLoraCompiler);
  EXPECT_EQ(registry_.Find("one")->path, "/models/paw-4b");
  EXPECT_EQ(registry_.Find("two")->kind, CompilerKind::kMapper);
  EXPECT_EQ(registry_.Find("two")->path, "/models/mapper.gguf");
  EXPECT_EQ(registry_.Find("three")->kind, CompilerKind::kMapper);
}

TEST_F(Compilers, OfAKindThatIsNotRegisteredAreRefused) {
  for (const char* kind : {"built_in", "oracle"}) {
    Store("odd", "\"format\": 2, \"kind\": \"" + std::string(kind) + "\", \"path\": \"\"");
    EXPECT_EQ(registry_.Find("odd").code(), Code::kRefused);
    EXPECT_THAT(registry_.Find("odd").message(),
                HasSubstr("found a compiler of kind \"" + std::string(kind) + "\", expected lora_compiler or mapper"));
  }
}

TEST_F(Compilers, AChangedFileIsNoticedAndVerifyReadsItAgain) {
  const CompilerProfile mapper = Added(Profile("own", CompilerKind::kMapper, "/models/mapper.bin"));
  EXPECT_TRUE(registry_.Verify(mapper, {}).ok());
  ASSERT_TRUE(fs_.PublishFile("/models/mapper.bin", std::string("another mapper")).ok());
  EXPECT_EQ(registry_.CheckUnchanged(mapper).code(), Code::kRefused);
  EXPECT_THAT(registry_.Verify(mapper, {}).message(), HasSubstr("found SHA-256"));
  ASSERT_TRUE(fs_.RemoveFile("/models/mapper.bin").ok());
  EXPECT_EQ(registry_.CheckUnchanged(mapper).code(), Code::kNotFound);
}

}  // namespace
}  // namespace paw
