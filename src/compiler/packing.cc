#include "compiler/packing.h"

#include <utility>

#include "adapter/adapter.h"
#include "base/text.h"

namespace paw {
namespace {

std::string NameOf(const Manifest& manifest) { return "program " + Printable(manifest.program_id); }

// As a mapper's LoRA was exported when the program was compiled.
Result<Adapter> ExportMapped(const LoraWeights& lora, const Manifest& manifest, const ModelShape& interpreter, int threads) {
  ExportOptions options;
  options.dtype = PAW_TRY(AdapterTypeOf(manifest.paw->training, "the training record of " + NameOf(manifest)));
  options.spread = false;
  options.threads = threads;
  return ExportAdapter(lora, interpreter, options);
}

}  // namespace

Result<std::string> FingerprintOfMapped(const Manifest& manifest) {
  const std::string what = "packing " + NameOf(manifest);
  if (manifest.compiler_kind != "mapper_lora") {
    return Refused(what + ": found a program that was trained (" + Quoted(manifest.compiler_kind) +
                   "), expected one that a mapper made alone (\"mapper_lora\")");
  }
  const Json* mapper = manifest.paw ? FindMember(manifest.paw->training, "mapper") : nullptr;
  if (mapper == nullptr) return Refused(what + ": found no record of its compiler, expected one that paw wrote");
  return GetString(*mapper, "fingerprint", what);
}

Result<PackedProgram> Pack(const Bundle& bundle, const MapperOptions& compiler, const Interpreter& interpreter, const StageHooks& hooks) {
  const std::string what = "packing " + NameOf(bundle.manifest);
  const std::string made_by = PAW_TRY(FingerprintOfMapped(bundle.manifest));
  if (made_by != compiler.profile.fingerprint()) {
    return Refused(what + ": found the compiler " + compiler.profile.name + " with fingerprint " + compiler.profile.fingerprint() +
                   ", expected " + made_by);
  }
  const MappedProgram mapped = PAW_TRY(MapSpec(compiler, bundle.manifest.spec, bundle.pseudo_program.value_or(""), interpreter, hooks));
  const Adapter adapter = PAW_TRY(ExportMapped(mapped.lora, bundle.manifest, interpreter.shape, hooks.threads));
  if (adapter.gguf != bundle.adapter_gguf) {
    return Refused(what + ": found another adapter than its spec gives here, expected the same; pack it on the machine that compiled it");
  }
  PackedProgram packed{bundle, PAW_TRY(WriteCoefficients(mapped.coefficients))};
  packed.bundle.adapter_gguf.clear();
  return packed;
}

Result<Bundle> Unpack(PackedProgram packed, const CompilerProfile& compiler, const Interpreter& interpreter, const StageHooks& hooks) {
  const std::string what = "unpacking " + NameOf(packed.bundle.manifest);
  const CoefficientForm form = PAW_TRY(ReadCoefficients(packed.coefficients, what));
  const LoraWeights lora = PAW_TRY(ExpandProgram(compiler, form, interpreter, hooks));
  Adapter adapter = PAW_TRY(ExportMapped(lora, packed.bundle.manifest, interpreter.shape, hooks.threads));
  return Unpacked(std::move(packed), std::move(adapter.gguf), what);
}

}  // namespace paw
