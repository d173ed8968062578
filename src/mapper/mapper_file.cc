#include "mapper/mapper_file.h"

#include "fs/posix_fs.h"
#include "mapper/mapper_gguf.h"
#include "tensor/safetensors.h"

namespace paw {
namespace {

constexpr std::string_view kGgufMagic = "GGUF";

}  // namespace

Result<MapperFile> ReadMapperFile(std::shared_ptr<const Mapping> file, const std::string& what) {
  const std::span<const std::byte> bytes = file->bytes();
  if (file->text().starts_with(kGgufMagic)) return ReadMapperGguf(std::move(file), bytes, what);
  const safetensors::File read = PAW_TRY(safetensors::File::Open(bytes, what));
  MapperFile mapper;
  mapper.what = what;
  for (const safetensors::Tensor& tensor : read.tensors()) mapper.tensors.emplace(tensor.name, tensor);
  mapper.metadata = read.metadata();
  mapper.owner = std::move(file);
  return mapper;
}

Result<MapperFile> OpenMapperFile(const std::string& path) {
  return ReadMapperFile(std::make_shared<const Mapping>(PAW_TRY(PosixFs().Map(path))), path);
}

}  // namespace paw
