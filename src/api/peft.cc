#include "api/peft.h"

#include <algorithm>
#include <utility>

#include "adapter/adapter.h"
#include "adapter/peft.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bundle/members.h"
#include "compiler/draft.h"
#include "fs/path.h"
#include "fs/posix_fs.h"
#include "prompt/template.h"
#include "spec/spec.h"

namespace paw {
namespace {

constexpr std::string_view kConfigName = "adapter_config.json";
constexpr std::string_view kTensorsName = "adapter_model.safetensors";
constexpr char kSnapshot[] = "paw-peft-1";

// What lies in the folder, read and checked one by one.
struct Folder {
  PeftConfig config;
  std::vector<std::byte> tensors;
  std::string prompt_template;
  std::optional<std::string> pseudo_program;
  std::optional<Manifest> manifest;
};

class Importer {
 public:
  Importer(Workspace& workspace, const PeftImportRequest& request) : workspace_(workspace), request_(request) {}

  Result<PeftImport> Run() {
    folder_ = PAW_TRY(ReadFolder());
    base_ = PAW_TRY(ChooseBase());
    const ModelShape shape = PAW_TRY(ShapeOf(base_));
    const LoraWeights weights = PAW_TRY(ReadPeft(folder_.config, folder_.tensors, shape, "reading " + Path(kTensorsName)));
    import_.adapter_type = PAW_TRY(ChooseType(weights));
    const Adapter adapter = PAW_TRY(ExportAdapter(weights, shape, {.dtype = import_.adapter_type, .threads = request_.threads}));
    Bundle& bundle = import_.bundle;
    bundle.adapter_gguf = adapter.gguf;
    bundle.prompt_template = folder_.prompt_template;
    bundle.pseudo_program = folder_.pseudo_program;
    bundle.manifest = PAW_TRY(MakeManifest());
    bundle.manifest.lora_rank = adapter.rank;
    bundle.manifest.lora_alpha = adapter.alpha;
    return std::move(import_);
  }

 private:
  std::string Path(std::string_view name) const { return JoinPath(request_.folder, name); }

  // A text of the folder; nullopt when it is not there.
  Result<std::optional<std::string>> Text(std::string_view name, std::size_t bytes_max) const {
    if (!PosixFs().Exists(Path(name))) return std::optional<std::string>();
    return std::optional<std::string>(PAW_TRY(PosixFs().ReadText(Path(name), bytes_max)));
  }

  Result<Folder> ReadFolder() const {
    Folder folder;
    const std::string config = PAW_TRY(PosixFs().ReadText(Path(kConfigName), kPeftConfigBytesMax));
    folder.config = PAW_TRY(ReadPeftConfig(config, "reading " + Path(kConfigName)));
    folder.prompt_template = PAW_TRY(ReadTemplate());
    // A pseudo-program is the one inside the folder's own template.
    if (request_.template_path.empty()) folder.pseudo_program = PAW_TRY(Text(kPseudoProgramName, kPseudoProgramBytesMax));
    if (const auto meta = PAW_TRY(Text(kMetaName, kMetaBytesMax)))
      folder.manifest = PAW_TRY(ReadManifest(*meta, "reading " + Path(kMetaName)));
    folder.tensors = PAW_TRY(PosixFs().Read(Path(kTensorsName), kPeftTensorBytesMax));
    return folder;
  }

  Result<std::string> ReadTemplate() const {
    const std::string path = request_.template_path.empty() ? Path(kTemplateName) : request_.template_path;
    if (request_.template_path.empty() && !PosixFs().Exists(path)) {
      return Usage("importing " + request_.folder + ": found no " + std::string(kTemplateName) + " in it, expected one or --template FILE");
    }
    const std::string text = PAW_TRY(PosixFs().ReadText(path, kTemplateBytesMax));
    const Result<PromptTemplate> parsed = PromptTemplate::Parse(text);
    if (!parsed.ok()) return parsed.status().WithContext("reading " + path);
    return text;
  }

  Result<BaseEntry> ChooseBase() {
    if (!request_.base.empty()) return workspace_.NamedBase(request_.base);
    if (folder_.manifest) return workspace_.store().FindBaseOf(*folder_.manifest);
    if (!folder_.config.base_model.empty()) {
      Result<BaseEntry> named = workspace_.store().FindBase(folder_.config.base_model);
      if (named.ok() || named.code() != Code::kNotFound) return named;
    }
    return NotFound("importing " + request_.folder + ": found the base model " + Quoted(folder_.config.base_model) + " in " +
                    std::string(kConfigName) + ", which is none of `paw base list`; expected --base NAME");
  }

  // As it was stored before it became a folder: a compile without examples stores its zeros as F16.
  Result<DType> ChooseType(const LoraWeights& weights) const {
    if (request_.adapter_type) return *request_.adapter_type;
    if (!folder_.manifest || !folder_.manifest->paw) return DType::kQ4_0;
    const auto is_zero = [](const std::vector<float>& numbers) {
      return std::all_of(numbers.begin(), numbers.end(), [](float number) { return number == 0.0f; });
    };
    if (std::all_of(weights.pairs.begin(), weights.pairs.end(), [&](const LoraPair& pair) { return is_zero(pair.a) && is_zero(pair.b); })) {
      return DType::kF16;
    }
    const std::string what = "reading " + Path(kMetaName) + ": paw: training";
    return AdapterTypeOf(folder_.manifest->paw->training, what);
  }

  // Whether meta.json was written for the base chosen.
  bool ManifestFitsBase() const {
    if (!folder_.manifest) return false;
    const Result<BaseReference> base = RequiredBase(*folder_.manifest);
    return base.ok() && base->sha256 == base_.profile.sha256;
  }

  // Whether meta.json was written for exactly these members.
  bool ManifestFitsMembers() const {
    const std::map<std::string, std::string>& members = folder_.manifest->paw->members;
    const auto is = [&members](std::string_view name, const std::string& digest) {
      const auto found = members.find(std::string(name));
      return found != members.end() && found->second == digest;
    };
    const Bundle& bundle = import_.bundle;
    return is(kAdapterName, Sha256Hex(bundle.adapter_gguf)) && is(kTemplateName, Sha256Hex(bundle.prompt_template)) &&
           (bundle.pseudo_program ? is(kPseudoProgramName, Sha256Hex(*bundle.pseudo_program))
                                  : members.count(std::string(kPseudoProgramName)) == 0);
  }

  Result<Manifest> MakeManifest() {
    const bool kept = ManifestFitsBase() && !request_.spec && request_.template_path.empty();
    if (kept && !folder_.manifest->paw) return *folder_.manifest;  // an official program, of which nothing was measured here
    if (kept && ManifestFitsMembers()) return *folder_.manifest;
    Manifest manifest = ManifestFor(base_.profile);
    PAW_TRY(DescribeTask(manifest));
    manifest.compiler_snapshot = kSnapshot;
    manifest.compiler_fingerprint = Sha256Hex(kSnapshot).substr(0, 16);
    manifest.compiler_kind = "finetune_lora";
    manifest.pseudo_program_strategy = "given";
    manifest.created_at = PAW_TRY(CreatedAtFromEnvironment());
    const Bundle& bundle = import_.bundle;
    manifest.program_id =
        ProgramId({kSnapshot, base_.profile.sha256, manifest.spec, Sha256Hex(bundle.adapter_gguf), bundle.prompt_template});
    manifest.paw->training = {{"source", "peft"},
                              {"base_model", folder_.config.base_model},
                              {"adapter_type", AdapterTypeName(import_.adapter_type)},
                              {"adapter_model", Sha256Hex(folder_.tensors)}};
    import_.warnings.emplace_back("quality unmeasured: no held-out score belongs to this adapter; `paw test` measures it");
    return manifest;
  }

  // Spec, labels and kind of output: meta.json's, or told by the spec.
  Status DescribeTask(Manifest& manifest) const {
    const std::optional<Manifest>& old = folder_.manifest;
    if (!request_.spec && old && old->paw) {
      manifest.spec = old->spec;
      manifest.paw->labels = old->paw->labels;
      manifest.paw->output_kind = old->paw->output_kind;
      if (const Json* json = FindMember(old->paw->other, "json")) manifest.paw->other["json"] = *json;
      return Ok();
    }
    const std::string text = request_.spec ? *request_.spec : old ? old->spec : std::string();
    if (text.empty()) return Ok();
    const Spec spec = PAW_TRY(ParseSpec(text));
    manifest.spec = spec.text;
    RecordOutputs(PAW_TRY(DeduceOutputs(spec, spec.examples)), *manifest.paw);
    return Ok();
  }

  Workspace& workspace_;
  const PeftImportRequest& request_;
  Folder folder_;
  BaseEntry base_;
  PeftImport import_;
};

}  // namespace

Result<PeftExport> ExportPeft(Workspace& workspace, const std::string& reference, const std::string& folder, DType dtype) {
  std::string target = folder;
  while (target.size() > 1 && target.back() == '/') target.pop_back();
  Fs& fs = PosixFs();
  if (const auto there = fs.Stat(target); there.ok()) {
    const bool is_folder = there->kind == FileKind::kFolder;
    if (!is_folder || !PAW_TRY(fs.List(target)).empty()) {
      return Failed("writing " + target + ": found a " + (is_folder ? "folder that is not empty" : "file") + ", expected nothing there");
    }
  }
  const Bundle bundle = PAW_TRY(workspace.store().Read(reference));
  const ModelShape shape = PAW_TRY(ShapeOf(PAW_TRY(workspace.store().FindBaseOf(bundle.manifest))));
  const LoraWeights weights = PAW_TRY(ImportAdapter(bundle.adapter_gguf, shape, std::string(kAdapterName) + " of " + reference));
  const PeftFiles files = PAW_TRY(WritePeft(weights, shape, dtype, bundle.manifest.interpreter));
  std::vector<std::pair<std::string, std::string>> members = {
      {std::string(kConfigName), files.config},
      {std::string(kTensorsName), std::string(TextOf(files.tensors))},
      {std::string(kTemplateName), bundle.prompt_template},
      {std::string(kMetaName), PAW_TRY(WriteManifest(bundle.manifest))},
  };
  if (bundle.pseudo_program) members.emplace_back(kPseudoProgramName, *bundle.pseudo_program);
  PAW_TRY(fs.PublishFolder(target, members));
  return PeftExport{bundle.manifest.program_id, bundle.manifest.interpreter, weights.rank, weights.alpha, files.count};
}

Result<PeftImport> ImportPeft(Workspace& workspace, const PeftImportRequest& request) { return Importer(workspace, request).Run(); }

}  // namespace paw
