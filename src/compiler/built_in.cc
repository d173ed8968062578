#include "compiler/built_in.h"

#include <cstddef>
#include <span>

#include "base/sha256.h"
#include "bundle/profile.h"
#include "compiler/embedded.h"
#include "mapper/mapper_gguf.h"

#ifdef PAW_BUILT_IN_MAPPER
PAW_EMBED(mapper, PAW_BUILT_IN_MAPPER)
#endif
#ifdef PAW_BUILT_IN_READER
PAW_EMBED(reader, PAW_BUILT_IN_READER)
#endif

namespace paw {
namespace {

struct BuiltInFile {
  const char* what;
  std::span<const std::byte> bytes = {};  // empty: this build has none
  std::string_view sha256 = {};
};

BuiltInFile MapperBytes() {
  return {"the built-in compiler",
#ifdef PAW_BUILT_IN_MAPPER
          PAW_EMBEDDED(mapper), PAW_BUILT_IN_MAPPER_SHA256
#endif
  };
}

BuiltInFile ReaderBytes() {
  return {"the built-in reader of answer sets",
#ifdef PAW_BUILT_IN_READER
          PAW_EMBEDDED(reader), PAW_BUILT_IN_READER_SHA256
#endif
  };
}

constexpr std::size_t kFingerprintDigits = 16;

Status CheckThere(const BuiltInFile& file) {
  return file.bytes.empty() ? NotFound(std::string("opening ") + file.what + ": found none in this build, expected one") : Ok();
}

Status CheckDigest(const BuiltInFile& file) {
  const std::string found = Sha256Hex(file.bytes);
  if (found == file.sha256) return Ok();
  return Refused("verifying the compiler " + std::string(kBuiltInCompiler) + ": " + file.what + ": found SHA-256 " + found + ", expected " +
                 std::string(file.sha256) + " as it was built in: this copy of paw is damaged");
}

}  // namespace

const CompilerProfile* BuiltInCompiler() {
  static const CompilerProfile profile = [] {
    const BaseProfile& base = *FindBuiltInProfile(kDefaultProfile);
    CompilerProfile built_in;
    built_in.name = kBuiltInCompiler;
    built_in.kind = CompilerKind::kBuiltIn;
    built_in.interpreter = base.sha256;
    built_in.interpreter_name = base.name;
    const BuiltInFile mapper = MapperBytes();
    built_in.files.push_back({"smollm2-135m.gguf", mapper.bytes.size(), std::string(mapper.sha256), 0, 0});
    return built_in;
  }();
  return MapperBytes().bytes.empty() ? nullptr : &profile;
}

Result<MapperFile> BuiltInMapper() {
  PAW_TRY(CheckThere(MapperBytes()));
  return ReadMapperGguf(nullptr, MapperBytes().bytes, MapperBytes().what);
}

Result<Bundle> BuiltInReader() {
  PAW_TRY(CheckThere(ReaderBytes()));
  return ReadBundle(ReaderBytes().bytes, std::string("opening ") + ReaderBytes().what);
}

std::string BuiltInReaderFingerprint() { return std::string(ReaderBytes().sha256.substr(0, kFingerprintDigits)); }

Status VerifyBuiltInCompiler() {
  PAW_TRY(CheckThere(MapperBytes()));
  PAW_TRY(CheckDigest(MapperBytes()));
  return ReaderBytes().bytes.empty() ? Ok() : CheckDigest(ReaderBytes());
}

}  // namespace paw
