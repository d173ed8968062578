// Which tables a machine gets. PAW_EXPECT_KERNELS, where it is set, says what they have to be: ./dev test --arm names them for each chip.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>

#include "kernels/kernels.h"

namespace paw {
namespace {

std::string Names() {
  std::string names;
  for (const Kernels* kernels : AllKernels()) names += (names.empty() ? "" : " ") + std::string(kernels->name);
  return names;
}

TEST(Dispatch, BeginsWithTheScalarTableAndTakesTheLast) {
  const std::vector<const Kernels*> all = AllKernels();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.front(), KernelsFor(Isa::kScalar));
  if (std::getenv("PAW_KERNELS") == nullptr) {
    EXPECT_EQ(all.back(), &BestKernels());
  }
  std::set<std::string> names;
  for (const Kernels* kernels : all) EXPECT_TRUE(names.insert(kernels->name).second) << kernels->name;
}

TEST(Dispatch, TablesOfOtherMachinesAreNotHandedOut) {
#if defined(__x86_64__)
  for (const Isa isa : {Isa::kNeon, Isa::kNeonDotprod, Isa::kNeonI8mm}) EXPECT_EQ(KernelsFor(isa), nullptr);
#else
  for (const Isa isa : {Isa::kAvx2, Isa::kAvx512Bf16}) EXPECT_EQ(KernelsFor(isa), nullptr);
#endif
}

TEST(Dispatch, FindsTablesByName) {
  for (const Kernels* kernels : AllKernels()) {
    const auto found = KernelsByName(kernels->name);
    ASSERT_TRUE(found.ok()) << found.message();
    EXPECT_EQ(*found, kernels);
  }
  EXPECT_EQ(KernelsByName("").value_or(nullptr), AllKernels().back());
  const auto unknown = KernelsByName("abacus");
  EXPECT_EQ(unknown.code(), Code::kUsage);
  EXPECT_NE(unknown.message().find("abacus, expected one of scalar"), std::string::npos) << unknown.message();
}

TEST(Dispatch, TakesTheTableThatTheEnvironmentNames) {
  const char* const asked = std::getenv("PAW_KERNELS");
  const auto found = KernelsByName(asked == nullptr ? "" : asked);
  EXPECT_EQ(CheckKernelsAsked().ok(), found.ok());
  EXPECT_EQ(&BestKernels(), found.value_or(AllKernels().back()));
}

TEST(Dispatch, FindsWhatTheMachineIsSaidToHave) {
  const char* const expected = std::getenv("PAW_EXPECT_KERNELS");
  if (expected == nullptr) GTEST_SKIP() << "PAW_EXPECT_KERNELS is not set";
  EXPECT_EQ(Names(), expected);
}

}  // namespace
}  // namespace paw
