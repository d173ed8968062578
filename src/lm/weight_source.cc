#include "lm/weight_source.h"

#include <algorithm>
#include <utility>

#include "gguf/gguf.h"
#include "lm/hf_checkpoint.h"

namespace paw {
namespace {

void DropOnes(std::vector<std::int64_t>& ne) {
  while (!ne.empty() && ne.back() == 1) ne.pop_back();
}

}  // namespace

Result<std::shared_ptr<const WeightSource>> WeightSource::Open(Fs& fs, const std::string& path) {
  auto source = std::make_shared<WeightSource>();
  source->what_ = path;
  const FileFacts facts = PAW_TRY(fs.Stat(path));
  PAW_TRY(facts.kind == FileKind::kFolder ? source->OpenFolder(fs) : source->OpenGguf(fs));
  return std::shared_ptr<const WeightSource>(std::move(source));
}

Status WeightSource::OpenGguf(Fs& fs) {
  gguf_ = PAW_TRY(fs.Map(what_));
  const gguf::File file = PAW_TRY(gguf::File::Open(gguf_.bytes(), what_));
  shape_ = PAW_TRY(ReadModelShape(file));
  for (const gguf::Tensor& tensor : file.tensors())
    tensors_.emplace(tensor.name, StoredTensor{tensor.dtype, tensor.ne, tensor.data, false});
  return Ok();
}

Status WeightSource::OpenFolder(Fs& fs) {
  shape_ = PAW_TRY(ReadHfShape(fs, what_));
  checkpoint_ = std::make_unique<safetensors::Checkpoint>(PAW_TRY(safetensors::Checkpoint::Open(fs, what_)));
  for (const auto& [name, tensor] : checkpoint_->tensors()) {
    GgufPlace place = PAW_TRY(GgufPlaceOf(name, shape_, checkpoint_->what()));
    if (place.name.empty()) continue;
    std::vector<std::int64_t> ne(tensor->shape.rbegin(), tensor->shape.rend());
    if (place.transposed) std::reverse(ne.begin(), ne.end());
    if (!tensors_.emplace(place.name, StoredTensor{tensor->dtype, std::move(ne), tensor->data, place.transposed}).second) {
      return Refused("reading " + checkpoint_->what() + ": found the tensor " + place.name + " a second time as " + name +
                     ", expected it once");
    }
  }
  return Ok();
}

void WeightSource::Hint(std::span<const std::byte> bytes, Mapping::Access access) const {
  checkpoint_ == nullptr ? gguf_.Hint(bytes, access) : checkpoint_->Hint(bytes, access);
}

Result<const StoredTensor*> TensorTaker::Take(std::string_view name, std::vector<std::int64_t> ne) {
  const auto found = source_.tensors().find(name);
  if (found == source_.tensors().end()) {
    return Refused("reading " + source_.what() + ": found no tensor " + std::string(name) + ", expected one");
  }
  std::vector<std::int64_t> stored = found->second.ne;
  DropOnes(stored);
  DropOnes(ne);
  if (stored != ne) {
    return Refused("reading tensor " + std::string(name) + " of " + source_.what() + ": found shape " +
                   safetensors::ShapeText(found->second.ne) + ", expected " + safetensors::ShapeText(ne) +
                   " (the contiguous dimension first)");
  }
  ++taken_;
  return &found->second;
}

Result<std::vector<float>> TensorTaker::TakeFloats(std::string_view name, const std::vector<std::int64_t>& ne) {
  const StoredTensor* tensor = PAW_TRY(Take(name, ne));
  std::size_t count = 1;
  for (const std::int64_t dimension : ne) count *= static_cast<std::size_t>(dimension);
  std::vector<float> values(count);
  Dequantize(tensor->dtype, tensor->data, values);
  if (!tensor->transposed) return values;
  const auto inputs = static_cast<std::size_t>(ne.front()), outputs = count / inputs;
  std::vector<float> turned(count);
  for (std::size_t i = 0; i < inputs; ++i) {
    for (std::size_t o = 0; o < outputs; ++o) turned[o * inputs + i] = values[i * outputs + o];
  }
  return turned;
}

Status TensorTaker::ExpectAllTaken() const {
  if (taken_ == source_.tensors().size()) return Ok();
  return Unimplemented("reading " + source_.what() + ": found " + std::to_string(source_.tensors().size()) + " tensors, expected the " +
                       std::to_string(taken_) + " of the plain " + source_.shape().architecture + " shape");
}

}  // namespace paw
