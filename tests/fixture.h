// Fixture: one file of tests/fixtures/ (written by scripts/make_fixtures.py), opened as the GGUF that it is. For tests only.
//
// Thread rule: immutable after Load. Errors: a test that asks for what is not there fails (ADD_FAILURE) and gets an empty value.
#pragma once

#include <cstddef>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/json.h"
#include "gguf/gguf.h"
#include "lm/lora.h"
#include "tensor/dtype.h"

namespace paw {

inline std::string FixturePath(const std::string& name) { return std::string(PAW_SOURCE_DIR) + "/tests/fixtures/" + name; }

inline std::vector<std::byte> ReadBytes(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

inline std::vector<std::byte> ReadFixtureBytes(const std::string& name) { return ReadBytes(FixturePath(name)); }

class Fixture {
 public:
  explicit Fixture(const std::string& name) : bytes_(ReadFixtureBytes(name)) {
    auto opened = gguf::File::Open(bytes_, name);
    if (!opened.ok()) {
      ADD_FAILURE() << "opening fixture " << name << ": " << opened.message();
      return;
    }
    file_ = std::make_unique<gguf::File>(std::move(*opened));
  }

  std::vector<float> Numbers(const std::string& tensor) const {
    const gguf::Tensor* found = file_ == nullptr ? nullptr : file_->Find(tensor);
    if (found == nullptr) {
      ADD_FAILURE() << "no tensor " << tensor;
      return {};
    }
    std::vector<float> values(found->data.size() / sizeof(float));
    Dequantize(DType::kF32, found->data, values);
    return values;
  }

  double Number(const std::string& key) const { return file_ == nullptr ? 0.0 : file_->Float(key).value_or(0.0); }

  Json Batch() const {
    const auto text = file_ == nullptr ? std::string() : file_->String("batch").value_or("");
    auto parsed = ParseJson(text, "batch");
    if (!parsed.ok()) ADD_FAILURE() << parsed.message();
    return parsed.ok() ? *parsed : Json();
  }

  // The tensors prefix.blk.N.PROJECTION.weight.lora_{a,b}, in the layout of `like`.
  LoraWeights Lora(const std::string& prefix, const LoraWeights& like) const {
    LoraWeights lora = ZerosLike(like);
    for (int l = 0; l < like.layers; ++l) {
      for (int i = 0; i < kProjectionCount; ++i) {
        const auto p = static_cast<Projection>(i);
        if (!like.pair(l, p).present()) continue;
        const std::string name = prefix + "blk." + std::to_string(l) + "." + ProjectionName(p) + ".weight.lora_";
        lora.pair(l, p).a = Numbers(name + "a");
        lora.pair(l, p).b = Numbers(name + "b");
      }
    }
    return lora;
  }

  // The adapter of a *.adapter.gguf: rank and alpha as they stand, pairs where there are tensors.
  LoraWeights Adapter(int layers) const {
    LoraWeights lora;
    lora.layers = layers;
    lora.alpha = static_cast<float>(Number("adapter.lora.alpha"));
    lora.pairs.resize(static_cast<std::size_t>(layers) * kProjectionCount);
    for (int l = 0; l < layers; ++l) {
      for (int i = 0; i < kProjectionCount; ++i) {
        const auto p = static_cast<Projection>(i);
        const std::string name = "blk." + std::to_string(l) + "." + ProjectionName(p) + ".weight.lora_";
        const gguf::Tensor* a = file_ == nullptr ? nullptr : file_->Find(name + "a");
        if (a == nullptr) continue;
        lora.rank = static_cast<std::int32_t>(a->ne[1]);
        lora.pair(l, p).a = Numbers(name + "a");
        lora.pair(l, p).b = Numbers(name + "b");
      }
    }
    return lora;
  }

 private:
  std::vector<std::byte> bytes_;
  std::unique_ptr<gguf::File> file_;
};

}  // namespace paw
