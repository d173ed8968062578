// Coefficients written, read and expanded to the same LoRA, and every other file refused.
#include "mapper/coefficients.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "kernels/test_numbers.h"
#include "mapper/mapper_test_support.h"

namespace paw {
namespace {

using testing::HasSubstr;

CoefficientForm SmallForm() {
  CoefficientForm form;
  form.mapper.fill(1);
  form.interpreter.fill(2);
  form.layers = 2, form.modules = 3, form.bases = 4;
  Random random(1);
  for (int i = 0; i < 48; ++i) form.coefficients.push_back(random.Uniform(-1.0f, 1.0f));
  return form;
}

std::string RefusalOf(const std::vector<std::byte>& bytes) {
  const auto form = ReadCoefficients(bytes, "x.coefficients");
  if (form.ok()) return "accepted";
  EXPECT_EQ(form.code(), Code::kRefused);
  EXPECT_THAT(form.message(), HasSubstr("reading x.coefficients"));
  return form.message();
}

// The checksum made right again, so that what is behind it is reached.
std::vector<std::byte> Resealed(std::vector<std::byte> bytes) {
  const Sha256Digest digest = Sha256(std::span(bytes).first(bytes.size() - sizeof(Sha256Digest)));
  std::memcpy(bytes.data() + bytes.size() - digest.size(), digest.data(), digest.size());
  return bytes;
}

TEST(Coefficients, WhatIsWrittenIsReadBack) {
  const CoefficientForm form = SmallForm();
  const auto bytes = WriteCoefficients(form);
  ASSERT_TRUE(bytes.ok()) << bytes.message();
  EXPECT_EQ(bytes->size(), 8u + 16 + 64 + 48 * 4 + 32);
  EXPECT_EQ(*bytes, *WriteCoefficients(form));
  const auto read = ReadCoefficients(*bytes, "x");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->mapper, form.mapper);
  EXPECT_EQ(read->interpreter, form.interpreter);
  EXPECT_EQ(read->layers, 2);
  EXPECT_EQ(read->modules, 3);
  EXPECT_EQ(read->bases, 4);
  EXPECT_EQ(read->coefficients, form.coefficients);
}

TEST(Coefficients, ThePublishedShapeTakesUnder200KB) {
  CoefficientForm form;
  form.layers = 28, form.modules = 7, form.bases = 64;
  form.coefficients.assign(25'088, 0.5f);
  EXPECT_EQ(WriteCoefficients(form)->size(), 100'472u);
}

TEST(Coefficients, EveryChangedBitIsSeen) {
  const std::vector<std::byte> good = *WriteCoefficients(SmallForm());
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const int bit : {0, 7}) {
      std::vector<std::byte> bytes = good;
      bytes[i] ^= std::byte{1} << bit;
      ASSERT_NE(RefusalOf(bytes), "accepted") << i;
    }
  }
}

TEST(Coefficients, RefusesOtherFiles) {
  const std::vector<std::byte> good = *WriteCoefficients(SmallForm());
  EXPECT_EQ(RefusalOf(Resealed(good)), "accepted");
  EXPECT_THAT(RefusalOf({}), HasSubstr("found 0 bytes that are no coefficients, expected a file that begins with PAWCOEFF"));
  std::vector<std::byte> bytes = good;
  bytes[8] = std::byte{2};
  EXPECT_THAT(RefusalOf(Resealed(bytes)), HasSubstr("found version 2, expected 1"));
  bytes = good;
  bytes.pop_back();
  EXPECT_THAT(RefusalOf(bytes), HasSubstr("found 311 bytes for (2 layers, 3 modules, 4 bases), expected 312"));
  bytes.resize(313);
  EXPECT_THAT(RefusalOf(bytes), HasSubstr("found 313 bytes"));
  bytes = good;
  bytes[12] = std::byte{0};
  EXPECT_THAT(RefusalOf(Resealed(bytes)), HasSubstr("for (0 layers, 3 modules, 4 bases), expected fewer of each"));
  bytes = good;
  bytes[23] = std::byte{0xff};
  EXPECT_THAT(RefusalOf(Resealed(bytes)), HasSubstr("expected fewer of each"));
  bytes = good;
  bytes[100] ^= std::byte{1};
  EXPECT_THAT(RefusalOf(bytes), HasSubstr("another sha256"));
  bytes = good;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::memcpy(bytes.data() + 88 + 4 * 9, &nan, sizeof nan);
  EXPECT_THAT(RefusalOf(Resealed(bytes)), HasSubstr("not finite at 9"));
  CoefficientForm form = SmallForm();
  form.coefficients.pop_back();
  EXPECT_THAT(WriteCoefficients(form).message(), HasSubstr("found 47 numbers for (2 layers, 3 modules, 4 bases)"));
  form.coefficients.push_back(nan);
  EXPECT_THAT(WriteCoefficients(form).message(), HasSubstr("not finite at 47"));
}

TEST(Coefficients, ExpandToTheSameBytesEverywhere) {
  const ModelShape interpreter = SmallQwen3();
  const auto checkpoint = RandomMapper(interpreter, 40, 9, 4).Open();
  const Sha256Digest mapper_digest = Sha256(std::as_bytes(std::span("mapper"))),
                     interpreter_digest = Sha256(std::as_bytes(std::span("base")));
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    ThreadPool pool(2);
    const auto mapper = *Mapper::Open(checkpoint, interpreter, pool);
    const Encoding encoding = RandomEncoding(3, 4, 40, seed);
    const LoraWeights mapped = *mapper.Map(encoding, pool);
    const CoefficientForm form{
        mapper_digest, interpreter_digest, 3, 7, 9, *mapper.Coefficients(*mapper.Trunk(*mapper.Pool(encoding, pool), pool), pool)};
    const auto read = ReadCoefficients(*WriteCoefficients(form), "x");
    ASSERT_TRUE(read.ok()) << read.message();
    for (const Kernels* kernels : AllKernels()) {
      const auto other = *Mapper::Open(checkpoint, interpreter, pool, *kernels);
      const auto expanded = Expand(*read, other, mapper_digest, interpreter_digest, pool, "x");
      ASSERT_TRUE(expanded.ok()) << expanded.message();
      ExpectSameLora(mapped, *expanded, kernels->name);
    }
  }
}

TEST(Coefficients, OfAFixedLoraThereAreNone) {
  const ModelShape interpreter = SmallQwen3();
  Random random(3);
  TestCheckpoint fixed;
  for (const MapperModule& module : MapperModules(interpreter)) {
    const std::string name(module.name);
    fixed.Add("A_shared_" + name, {3, 4, interpreter.InputsOf(module.projection)}, random);
    fixed.Add("B_shared_" + name, {3, interpreter.OutputsOf(module.projection), 4}, random);
  }
  ThreadPool pool(1);
  const auto mapper = *Mapper::Open(fixed.Open(), interpreter, pool);
  const CoefficientForm form{{}, {}, 3, 7, 0, {}};
  const auto bytes = WriteCoefficients(form);
  ASSERT_TRUE(bytes.ok()) << bytes.message();
  EXPECT_EQ(bytes->size(), 8u + 16 + 64 + 32);
  const auto read = ReadCoefficients(*bytes, "x");
  ASSERT_TRUE(read.ok()) << read.message();
  const auto expanded = Expand(*read, mapper, {}, {}, pool, "x");
  ASSERT_TRUE(expanded.ok()) << expanded.message();
  ExpectSameLora(*mapper.Mix({}, pool), *expanded, "fixed");
  EXPECT_EQ(expanded->pair(1, Projection::kDown).b[5], fixed.Numbers("B_shared_down_proj")[20 * 4 + 5]);
  CoefficientForm one = form;
  one.coefficients = {1.0f};
  EXPECT_THAT(WriteCoefficients(one).message(), HasSubstr("found 1 numbers for (3 layers, 7 modules, 0 bases)"));
}

TEST(Coefficients, ExpandOnlyWithTheirOwnMapperAndInterpreter) {
  const ModelShape interpreter = SmallQwen3();
  ThreadPool pool(1);
  const auto mapper = *Mapper::Open(RandomMapper(interpreter, 16, 4, 4).Open(), interpreter, pool);
  CoefficientForm form = SmallForm();
  const auto line = [&](const Sha256Digest& mapper_digest, const Sha256Digest& interpreter_digest) {
    const auto expanded = Expand(form, mapper, mapper_digest, interpreter_digest, pool, "x.coefficients");
    EXPECT_EQ(expanded.code(), Code::kRefused);
    return expanded.message();
  };
  EXPECT_THAT(line(form.interpreter, form.interpreter), HasSubstr("expanding x.coefficients: found coefficients for the mapper 0101"));
  EXPECT_THAT(line(form.mapper, form.mapper), HasSubstr("found coefficients for the interpreter 0202"));
  EXPECT_THAT(line(form.mapper, form.interpreter),
              HasSubstr("found (2 layers, 3 modules, 4 bases), expected (3 layers, 7 modules, 4 bases)"));
}

}  // namespace
}  // namespace paw
