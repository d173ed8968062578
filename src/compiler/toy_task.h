// ToyTask: a toy base in a folder of the test's own and the options that compile for it, for the tests of compiling.
//
// Thread rule: one test. Owner: the test; the folder goes with it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/sha256.h"
#include "compiler/compiler.h"
#include "fs/posix_fs.h"
#include "gguf/toy_model.h"

namespace paw {

class ToyTask : public testing::Test {
 protected:
  void SetUp() override {
    // The process's number keeps tests that run at once apart.
    folder_ = testing::TempDir() + "paw_toy_task_" + std::to_string(::getpid());
    ASSERT_TRUE(PosixFs().MakeFolders(folder_).ok());
    const std::vector<std::byte> toy = gguf::MakeToyModelGguf({});
    options_.base_path = folder_ + "/toy.gguf";
    ASSERT_TRUE(PosixFs().PublishFile(options_.base_path, toy).ok());
    options_.base_sha256 = Sha256Hex(toy);
    options_.base_name = "toy";
    options_.base_file = "toy.gguf";
    options_.base_bytes = toy.size();
    options_.budget.kind = CompileBudget::Kind::kSteps;
    options_.budget.steps = 30;
    options_.threads = 1;
  }
  void TearDown() override { EXPECT_TRUE(PosixFs().RemoveTree(folder_).ok()); }

  // "red item 0" -> "red", "green item 1" -> "green", and so on: the answer is the input's first word.
  static std::vector<Example> Rows(int count, const std::vector<std::string>& labels) {
    std::vector<Example> rows;
    for (int i = 0; i < count; ++i) {
      const std::string& label = labels[static_cast<std::size_t>(i) % labels.size()];
      rows.push_back({label + " item " + std::to_string(i), label, i + 1, false});
    }
    return rows;
  }

  std::string folder_;
  CompileOptions options_;
};

}  // namespace paw
