#include <string>
#include <utility>

#include "adapter/adapter.h"
#include "base/text.h"
#include "fuzz/suite.h"
#include "fuzz/toy_base.h"
#include "gguf/gguf.h"
#include "lm/lora.h"

namespace paw::fuzz {

gguf::ToyModelOptions ToyBaseOptions() {
  gguf::ToyModelOptions options;
  options.layers = 2;
  options.width = 32;
  options.heads = 2;
  options.kv_heads = 1;
  options.ff_width = 64;
  options.context_max = 256;
  return options;
}

Result<ModelShape> ToyBaseShape() {
  const Bytes bytes = gguf::MakeToyModelGguf(ToyBaseOptions());
  const gguf::File file = PAW_TRY(gguf::File::Open(bytes, "the toy base"));
  return ReadModelShape(file);
}

LoraWeights ToyLora(const ModelShape& shape, std::int32_t rank, std::int32_t first_layer, Random& random) {
  LoraWeights lora = MakeLora(shape, rank, 16.0f, first_layer, random.Next());
  for (LoraPair& pair : lora.pairs) {
    for (float& value : pair.b) value = random.Uniform(-0.05f, 0.05f);
  }
  return lora;
}

std::vector<Sample> AdapterSamples() {
  std::vector<Sample> samples;
  const Result<ModelShape> shape = ToyBaseShape();
  if (!shape.ok()) return samples;
  Random random(1, "adapter samples");
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16, DType::kQ8_0, DType::kQ5_0, DType::kQ4_0}) {
    const LoraWeights lora = ToyLora(*shape, BlockWeights(dtype) == 1 ? 4 : 32, 1, random);
    Result<Adapter> adapter = ExportAdapter(lora, *shape, dtype);
    if (adapter.ok()) samples.push_back(GgufSample("adapter " + std::string(DTypeName(dtype)), std::move(adapter->gguf)));
  }
  const LoraWeights none = MakeLora(*shape, 1, 16.0f, shape->layers, 1);
  Result<Adapter> least = ExportAdapter(none, *shape);
  if (least.ok()) samples.push_back(GgufSample("least adapter", std::move(least->gguf)));
  return samples;
}

Status CheckRefusal(const Status& status) {
  if (status.code() != Code::kRefused && status.code() != Code::kUnimplemented) {
    return Failed("an error of code " + std::string(CodeName(status.code())) + ", expected refused or unimplemented: " + status.message());
  }
  const std::string& message = status.message();
  if (message.empty() || message.size() > 2000 || !IsUtf8(message)) return Failed("a message that is empty, long or not UTF-8");
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return Failed("a message with a control character: " + Printable(message));
  }
  return Ok();
}

}  // namespace paw::fuzz
