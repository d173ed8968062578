// The edges of the C ABI: wrong arguments, older option structs, messages by thread. What it does when all is well, examples/c_api.c runs.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>

#include "fs/posix_fs.h"
#include "gguf/toy_model.h"
#include "paw/paw.h"
#include "paw/paw_c.h"

namespace {

class CApi : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string pattern = testing::TempDir() + "paw-c-api-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    paw::gguf::ToyModelOptions toy;
    toy.layers = 2;
    ASSERT_TRUE(paw::PosixFs().PublishFile(Base(), paw::gguf::MakeToyModelGguf(toy)).ok());
    paw_library_options options = PAW_LIBRARY_OPTIONS_INIT;
    const std::string cache = folder_ + "/cache", base = Base();
    options.cache_dir = cache.c_str();
    options.base = base.c_str();
    options.engine = "reference";
    ASSERT_EQ(paw_open(&options, &library_), PAW_OK) << paw_last_error();
  }
  static void TearDownTestSuite() {
    paw_library_free(library_);
    std::filesystem::remove_all(folder_);
  }
  static std::string Base() { return folder_ + "/toy.gguf"; }

  static std::string folder_;
  static paw_library* library_;
};
std::string CApi::folder_;
paw_library* CApi::library_ = nullptr;

TEST_F(CApi, FreesAndReadersAcceptNull) {
  paw_library_free(nullptr);
  paw_function_free(nullptr);
  paw_answer_free(nullptr);
  paw_batch_free(nullptr);
  paw_compiled_free(nullptr);
  EXPECT_EQ(paw_answer_output(nullptr), nullptr);
  EXPECT_EQ(paw_label_count(nullptr), 0U);
  EXPECT_EQ(paw_label(nullptr, 0), nullptr);
  EXPECT_EQ(paw_batch_answer(nullptr, 3), nullptr);
  EXPECT_LT(paw_answer_probability(nullptr), 0);
}

TEST_F(CApi, WrongArgumentsAreUsageAndClearTheResult) {
  paw_function* function = reinterpret_cast<paw_function*>(1);
  EXPECT_EQ(paw_program_load(nullptr, "x", &function), PAW_USAGE);
  EXPECT_EQ(function, nullptr);
  EXPECT_EQ(paw_program_load(library_, "x", nullptr), PAW_USAGE);
  paw_compiled* compiled = nullptr;
  EXPECT_EQ(paw_compile(library_, nullptr, &compiled), PAW_USAGE);
  paw_compile_request request = PAW_COMPILE_REQUEST_INIT;
  EXPECT_EQ(paw_compile(library_, &request, &compiled), PAW_USAGE);
  EXPECT_NE(std::strstr(paw_last_error(), "spec"), nullptr);
  request.spec = "Say yes.";
  request.example_count = 2;
  EXPECT_EQ(paw_compile(library_, &request, &compiled), PAW_USAGE);
  paw_library_options options = PAW_LIBRARY_OPTIONS_INIT;
  options.engine = "steam";
  paw_library* library = nullptr;
  EXPECT_EQ(paw_open(&options, &library), PAW_USAGE);
  EXPECT_EQ(library, nullptr);
}

TEST_F(CApi, WhatIsNotThereIsNotFound) {
  paw_function* function = nullptr;
  EXPECT_EQ(paw_program_load(library_, "nothing-here", &function), PAW_NOT_FOUND);
  EXPECT_NE(std::strstr(paw_last_error(), "nothing-here"), nullptr);
  EXPECT_STREQ(paw_code_name(PAW_NOT_FOUND), "not_found");
  EXPECT_STREQ(paw_code_name(static_cast<paw_code>(99)), "unknown");
}

TEST_F(CApi, TheLastErrorBelongsToItsThread) {
  paw_function* function = nullptr;
  ASSERT_EQ(paw_program_load(library_, "mine", &function), PAW_NOT_FOUND);
  std::thread([] {
    EXPECT_STREQ(paw_last_error(), "");
    paw_function* other = nullptr;
    EXPECT_EQ(paw_program_load(library_, "theirs", &other), PAW_NOT_FOUND);
    EXPECT_NE(std::strstr(paw_last_error(), "theirs"), nullptr);
  }).join();
  EXPECT_NE(std::strstr(paw_last_error(), "mine"), nullptr);
}

// Without examples nothing is trained: the least compile there is.
TEST_F(CApi, CompilesLoadsAndRuns) {
  paw_compile_request request = PAW_COMPILE_REQUEST_INIT;
  request.spec = "Is it warm? Return one of: yes, no.";
  request.alias = "warm";
  paw_compiled* compiled = nullptr;
  ASSERT_EQ(paw_compile(library_, &request, &compiled), PAW_OK) << paw_last_error();
  EXPECT_EQ(paw_compiled_held_out(compiled, nullptr, nullptr, nullptr), 0) << "nothing was held out";
  paw_compiled_free(compiled);

  paw_function* function = nullptr;
  ASSERT_EQ(paw_program_load(library_, "warm", &function), PAW_OK) << paw_last_error();
  ASSERT_EQ(paw_label_count(function), 2U);
  EXPECT_EQ(paw_label(function, 2), nullptr);

  // A struct of an older header that ends after the temperature: what it lacks keeps its default.
  paw_run_options old = PAW_RUN_OPTIONS_INIT;
  old.struct_size = offsetof(paw_run_options, seed);
  old.abstain_below = 1.0;
  paw_answer* answer = nullptr;
  ASSERT_EQ(paw_run(function, "sun", 3, &old, &answer), PAW_OK) << paw_last_error();
  EXPECT_EQ(paw_answer_abstained(answer), 0);
  EXPECT_GT(paw_answer_output_bytes(answer), 0U);
  EXPECT_EQ(paw_answer_label_count(answer), 0U) << "probabilities were not asked for";
  paw_answer_free(answer);

  // A closed set takes no schema, and a malformed one is refused before that is looked at.
  paw_run_options held = PAW_RUN_OPTIONS_INIT;
  held.json_schema = "{\"pattern\":\"a\"}";
  EXPECT_EQ(paw_run(function, "ice", 3, &held, &answer), PAW_REFUSED);
  EXPECT_NE(std::string(paw_last_error()).find("\"pattern\""), std::string::npos) << paw_last_error();
  held.json_schema = "true";
  EXPECT_EQ(paw_run(function, "ice", 3, &held, &answer), PAW_USAGE);
  EXPECT_NE(std::string(paw_last_error()).find("closed set"), std::string::npos) << paw_last_error();

  const char* const inputs[] = {"sun", "\xff", "ice"};
  const size_t bytes[] = {3, 1, 3};
  paw_batch* batch = nullptr;
  ASSERT_EQ(paw_run_batch(function, inputs, bytes, 3, nullptr, &batch), PAW_OK);
  ASSERT_EQ(paw_batch_count(batch), 3U);
  EXPECT_EQ(paw_batch_code(batch, 0), PAW_OK);
  EXPECT_EQ(paw_batch_code(batch, 1), PAW_REFUSED);
  EXPECT_EQ(paw_batch_answer(batch, 1), nullptr);
  EXPECT_STREQ(paw_batch_error(batch, 2), "");
  paw_batch_free(batch);
  paw_function_free(function);
}

TEST_F(CApi, ManyThreadsOneFunctionOneAnswer) {
  paw::LibraryOptions options;
  options.cache_dir = folder_ + "/cache";
  options.base = Base();
  options.engine = "reference";
  auto library = paw::Library::Open(options);
  ASSERT_TRUE(library.ok()) << library.message();
  paw::CompileRequest request;
  request.spec = "Is it cold? Return one of: yes, no.";
  auto compiled = library->Compile(request);
  ASSERT_TRUE(compiled.ok()) << compiled.message();
  auto function = library->Load(compiled->path);
  ASSERT_TRUE(function.ok()) << function.message();
  paw::CallOptions call;
  call.probabilities = true;
  const auto expected = function->Call("ice", call);
  ASSERT_TRUE(expected.ok()) << expected.message();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 3; ++j) {
        const auto answer = function->Call("ice", call);
        ASSERT_TRUE(answer.ok()) << answer.message();
        EXPECT_EQ(answer->labels.front().probability, expected->labels.front().probability);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(CApi, ACompileStopsWhenAsked) {
  paw::LibraryOptions options;
  options.cache_dir = folder_ + "/cache";
  options.base = Base();
  options.engine = "reference";
  auto library = paw::Library::Open(options);
  ASSERT_TRUE(library.ok()) << library.message();
  paw::CompileRequest request;
  request.spec = "Is it cold? Return one of: yes, no.";
  for (int i = 0; i < 60; ++i) request.examples.push_back({"thing " + std::to_string(i), i % 2 == 0 ? "yes" : "no"});
  request.steps = 1'000'000;
  std::atomic<bool> stop{false};
  request.cancel = &stop;
  request.on_progress = [&stop](const paw::CompileProgress& now) { stop = stop || now.stage == "train"; };
  const auto compiled = library->Compile(request);
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.code(), paw::Code::kInterrupted) << compiled.message();
}

}  // namespace
