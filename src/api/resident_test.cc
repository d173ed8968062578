// Functions whose adapters do not all fit the memory they may take: closed and opened again behind the caller's back.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "fs/posix_fs.h"
#include "gguf/toy_model.h"
#include "paw/paw.h"

namespace paw {
namespace {

class ResidentFunctions : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string pattern = testing::TempDir() + "paw-resident-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    gguf::ToyModelOptions toy;
    toy.layers = 2;
    ASSERT_TRUE(PosixFs().PublishFile(folder_ + "/toy.gguf", gguf::MakeToyModelGguf(toy)).ok());
    const Library library = Open(0);
    for (int i = 0; i < 3; ++i) {
      CompileRequest request;
      request.spec = "Sort the message. Return one of: up, down, left.";
      for (const char* word : {"sky", "cellar", "heart", "roof", "ground", "port"}) {
        request.examples.push_back({word, request.examples.size() % 2 == 0 ? "up" : "down"});
      }
      request.steps = 4;
      request.seed = static_cast<std::uint64_t>(i + 1);
      request.output_path = folder_ + "/" + std::to_string(i) + ".paw";
      const auto compiled = library.Compile(request);
      ASSERT_TRUE(compiled.ok()) << compiled.message();
    }
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  static Library Open(std::uint64_t resident_bytes_max) {
    LibraryOptions options;
    options.cache_dir = folder_ + "/cache";
    options.base = folder_ + "/toy.gguf";
    options.threads = 1;
    options.resident_bytes_max = resident_bytes_max;
    auto library = Library::Open(options);
    EXPECT_TRUE(library.ok()) << library.message();
    return *std::move(library);
  }

  static Function Load(const Library& library, const std::string& path) {
    auto function = library.Load(path);
    EXPECT_TRUE(function.ok()) << function.message();
    return *std::move(function);
  }

  // An answer with every probability in it.
  static std::string Said(const Function& function) {
    CallOptions options;
    options.probabilities = true;
    const auto answer = function.Call("window", options);
    if (!answer.ok()) return answer.message();
    std::string text = answer->output;
    for (const LabelChance& label : answer->labels) text += " " + label.label + "=" + std::to_string(label.probability);
    return text;
  }

  static std::string folder_;
};
std::string ResidentFunctions::folder_;

TEST_F(ResidentFunctions, AnswerTheSameWhenTheirAdaptersComeAndGo) {
  const Library large = Open(0), small = Open(1);
  std::vector<Function> kept, closed;
  for (int i = 0; i < 3; ++i) {
    kept.push_back(Load(large, folder_ + "/" + std::to_string(i) + ".paw"));
    closed.push_back(Load(small, folder_ + "/" + std::to_string(i) + ".paw"));
  }
  std::vector<std::string> expected;
  for (const Function& function : kept) expected.push_back(Said(function));
  EXPECT_NE(expected[0], expected[1]) << "the programs differ";
  std::vector<std::thread> callers;
  for (std::size_t c = 0; c < 3; ++c) {
    callers.emplace_back([&, c] {
      for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(Said(closed[(c + i) % 3]), expected[(c + i) % 3]);
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(closed[0].labels(), kept[0].labels());
}

TEST_F(ResidentFunctions, AFileThatIsAnotherProgramByNowIsRefused) {
  const std::string path = folder_ + "/changing.paw";
  std::filesystem::copy_file(folder_ + "/0.paw", path);
  const Library small = Open(1);
  const Function function = Load(small, path), other = Load(small, folder_ + "/2.paw");
  const std::string before = Said(function);
  std::filesystem::copy_file(folder_ + "/1.paw", path, std::filesystem::copy_options::overwrite_existing);
  Said(other);  // closes the first
  EXPECT_EQ(function.Call("window").code(), Code::kRefused);
  std::filesystem::copy_file(folder_ + "/0.paw", path, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(Said(function), before);
}

TEST_F(ResidentFunctions, AFunctionOutlivesItsLibrary) {
  const Function function = [] { return Load(Open(1), folder_ + "/0.paw"); }();
  EXPECT_NE(Said(function).find("up="), std::string::npos);
}

}  // namespace
}  // namespace paw
