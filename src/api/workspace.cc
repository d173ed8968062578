#include "api/workspace.h"

#include <unistd.h>

#include <cctype>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "compiler/built_in.h"
#include "compiler/rows.h"
#include "fs/path.h"
#include "fs/posix_fs.h"
#include "gguf/gguf.h"
#include "lm/weight_source.h"
#include "store/config.h"

namespace paw {
namespace {

bool LooksLikePath(const std::string& base) { return base.find('/') != std::string::npos || base.ends_with(".gguf"); }

// The wrapper that a base was tuned to read: what the user says, else what its profile or its GGUF is known by. A base without a chat template in its
// file was not tuned to chat, so its prompt has none.
Result<ChatStyle> StyleOf(const BaseEntry& base, const std::string& asked) {
  if (!asked.empty()) return ParseChatStyle(asked);
  if (base.profile.style) return *base.profile.style;
  const std::string what = "base model " + base.path;
  const Mapping mapping = PAW_TRY(PosixFs().Map(base.path));
  const gguf::File file = PAW_TRY(gguf::File::Open(mapping.bytes(), what));
  const std::string architecture = PAW_TRY(file.String("general.architecture"));
  if (!file.Has("tokenizer.chat_template")) return ChatStyle::kPlain;
  const std::string chat_template = PAW_TRY(file.String("tokenizer.chat_template"));
  if (const auto style = KnownChatStyle(architecture, chat_template)) return *style;
  return Usage("choosing the prompt of " + what +
               ": found a chat template that paw does not know, expected --style plain, chatml or qwen3");
}

// "my model.v2.gguf" -> "my-model.v2": a name for a base that was given as a path.
std::string NameFromPath(const std::string& path) {
  std::string name = NameOf(path);
  if (name.ends_with(".gguf")) name.resize(name.size() - 5);
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '_') c = '-';
  }
  return name.empty() || std::isalnum(static_cast<unsigned char>(name.front())) == 0 ? "base-" + name : name;
}

// Of the machine; where it does not say, as good as without end.
std::uint64_t MemoryBytes() {
  const long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGESIZE);
  return pages > 0 && bytes > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(bytes) : UINT64_MAX;
}

StageHooks HooksOf(const WorkspaceOptions& options, const JobOptions& job) {
  StageHooks hooks;
  hooks.threads = options.threads;
  hooks.cancel = job.cancel;
  return hooks;
}

}  // namespace

Result<ModelShape> ShapeOf(const BaseEntry& base) { return PAW_TRY(WeightSource::Open(PosixFs(), base.path))->shape(); }

Result<std::unique_ptr<Workspace>> Workspace::Open(const WorkspaceOptions& options) {
  Config config = PAW_TRY(LoadConfig(PosixFs(), ProcessEnvironment()));
  if (!options.cache_dir.empty()) config.cache_dir = options.cache_dir;
  config.offline = config.offline || options.offline;
  std::unique_ptr<Workspace> workspace(new Workspace());
  workspace->options_ = options;
  workspace->residents_ =
      std::make_shared<ResidentPrograms>(options.resident_bytes_max > 0 ? options.resident_bytes_max : MemoryBytes() / 4);
  workspace->store_ = PAW_TRY(Store::Open(PosixFs(), StoreOptionsFrom(config)));
  if (options.official_cache) {
    workspace->official_cache_ = PAW_TRY(OfficialCache::Open(PosixFs(), *options.official_cache, ProcessEnvironment()));
  }
  return workspace;
}

Result<std::shared_ptr<BaseModel>> Workspace::OpenBase(const BaseEntry& base) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<BaseModel>& opened = bases_[base.profile.sha256];
  if (opened == nullptr) {
    auto model = BaseModel::Open(base.path, options_.engine, options_.threads, base.profile.sha256, store_->PackedPath(base));
    if (!model.ok()) return model.status();
    opened = *std::move(model);
  }
  return opened;
}

Result<std::shared_ptr<Scheduler>> Workspace::SchedulerOf(const std::shared_ptr<BaseModel>& base) {
  if (base->engine() == EngineKind::kLlamaCpp) return std::shared_ptr<Scheduler>();
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Scheduler>& scheduler = schedulers_[base.get()];
  if (scheduler == nullptr) {
    SchedulerOptions options;
    options.threads = options_.threads;
    options.context_max = std::min(options.context_max, base->lm().shape().context_max);
    options.prefix_cache = std::make_shared<PrefixCache>(PosixFs(), store_->root());
    options.prefix_cache_model = base->sha256() + " " + base->lm().engine_id() + " " + base->lm().engine_version();
    scheduler = PAW_TRY(Scheduler::Open(base->lm(), base, options));
  }
  return scheduler;
}

EngineCounts Workspace::engine_counts() {
  EngineCounts counts;
  const std::lock_guard lock(mutex_);
  for (const auto& [base, scheduler] : schedulers_) {
    if (scheduler == nullptr) continue;
    const SchedulerCounts one = scheduler->counts();
    counts.scheduler.steps += one.steps;
    counts.scheduler.rows += one.rows;
    counts.scheduler.tokens += one.tokens;
    counts.scheduler.prefixes += one.prefixes;
    counts.scheduler.prefixes_read += one.prefixes_read;
    counts.scheduler.waiting += one.waiting;
  }
  counts.residents = residents_->counts();
  return counts;
}

Result<BaseEntry> Workspace::NamedBase(const std::string& base) {
  if (LooksLikePath(base)) return store_->AddBase(base, NameFromPath(base));
  return store_->FindBase(base.empty() ? std::string(kDefaultProfile) : base);
}

Result<std::shared_ptr<BaseModel>> Workspace::OpenNamedBase(const std::string& base) { return OpenBase(PAW_TRY(NamedBase(base))); }

Result<FoundProgram> Workspace::Find(const std::string& reference) {
  if (official_cache_) {
    const Result<std::string> folder = official_cache_->FolderOf(reference);
    if (folder.ok()) return FoundProgram{PAW_TRY(official_cache_->Read(*folder)), *folder, ""};
    if (folder.code() != Code::kNotFound) return folder.status();
  }
  const ResolvedProgram resolved = PAW_TRY(store_->Resolve(reference));
  return FoundProgram{PAW_TRY(store_->Read(reference)), resolved.path, resolved.digest};
}

Result<std::shared_ptr<const Program>> Workspace::Load(const std::string& reference) {
  FoundProgram found = PAW_TRY(Find(reference));
  return LoadBundle(std::move(found.bundle));
}

Result<std::shared_ptr<ResidentProgram>> Workspace::LoadResident(const std::string& reference) {
  FoundProgram found = PAW_TRY(Find(reference));
  const std::string again = found.digest.empty() ? found.path : found.digest;
  std::shared_ptr<const Program> program = PAW_TRY(LoadBundle(std::move(found.bundle)));
  const auto open = [this, again, digest = program->digest()]() -> Result<std::shared_ptr<const Program>> {
    std::shared_ptr<const Program> reopened = PAW_TRY(Load(again));
    if (reopened->digest() == digest) return reopened;
    return Refused("opening program " + again + " again: found another program than the one that was loaded, expected it unchanged");
  };
  return ResidentPrograms::Add(residents_, std::move(program), open);
}

// The store's copy first: it is not hashed again.
Result<BaseEntry> Workspace::BaseOf(const Manifest& manifest) {
  Result<BaseEntry> base = store_->FindBaseOf(manifest);
  if (base.ok() || base.code() != Code::kNotFound || !official_cache_) return base;
  Result<BaseEntry> official = official_cache_->FindBaseOf(manifest);
  return official.code() == Code::kNotFound ? base : official;
}

Result<std::shared_ptr<const Program>> Workspace::LoadBundle(Bundle bundle) {
  PAW_TRY(Program::CheckRuns(bundle.manifest));  // before a base is looked for that would not help
  const BaseEntry entry = PAW_TRY(BaseOf(bundle.manifest));
  auto base = PAW_TRY(OpenBase(entry));
  return Program::Open(std::move(bundle), std::move(base));
}

Result<std::shared_ptr<const Program>> Workspace::PlainBase(const std::string& name, const std::string& style_name) {
  const BaseEntry entry = PAW_TRY(NamedBase(name));
  const ChatStyle style = PAW_TRY(StyleOf(entry, style_name));
  Bundle bundle;
  bundle.prompt_template = std::string(kInputPlaceholder);
  if (style != ChatStyle::kPlain) bundle.prompt_template = PAW_TRY(LayoutTemplate("chat", "", style)).text();
  bundle.manifest = ManifestFor(entry.profile);
  auto base = PAW_TRY(OpenBase(entry));
  return Program::Open(std::move(bundle), std::move(base));
}

Status Workspace::CheckNames(const std::string& alias, const std::string& output_path) {
  if (!alias.empty()) PAW_TRY(Store::CheckAlias(alias));
  if (output_path.empty()) return Ok();
  Fs& fs = PosixFs();
  const std::string folder = ParentOf(output_path);
  const auto facts = fs.Stat(folder);
  if (!facts.ok() || facts->kind != FileKind::kFolder) return NotFound("writing " + output_path + ": found no folder " + folder);
  const auto there = fs.Stat(output_path);
  if (there.ok() && there->kind == FileKind::kFolder)
    return Failed("writing " + output_path + ": found a folder, expected a file or nothing");
  return Ok();
}

Status Workspace::ChooseBase(const Manifest* made_for, const std::string& style, CompileOptions& options) {
  std::optional<BaseEntry> base;
  if (made_for != nullptr && options_.base.empty()) {
    base = PAW_TRY(store_->FindBaseOf(*made_for));
  } else {
    base = PAW_TRY(NamedBase(options_.base));
  }
  return UseBase(*base, style, options);
}

Status Workspace::UseBase(const BaseEntry& base, const std::string& style, CompileOptions& options) {
  options.base_path = base.path;
  options.base_sha256 = base.profile.sha256;
  options.base_name = base.profile.name;
  options.base_file = base.profile.file;
  options.base_bytes = base.profile.bytes;
  options.chat_style = PAW_TRY(StyleOf(base, style));
  return Ok();
}

CompilerRegistry Workspace::compilers() const { return CompilerRegistry(PosixFs(), store_->root()); }

Result<std::vector<CompilerProfile>> Workspace::ListCompilers() {
  std::vector<CompilerProfile> profiles = PAW_TRY(compilers().List());
  if (const CompilerProfile* built_in = BuiltInCompiler(); built_in != nullptr) profiles.insert(profiles.begin(), *built_in);
  return profiles;
}

Result<CompilerProfile> Workspace::FindCompiler(const std::string& name) {
  if (const CompilerProfile* built_in = BuiltInCompiler(); built_in != nullptr && built_in->name == name) return *built_in;
  return compilers().Find(name);
}

Status Workspace::VerifyCompiler(const CompilerProfile& profile, const JobOptions& job) {
  return profile.kind == CompilerKind::kBuiltIn ? VerifyBuiltInCompiler() : compilers().Verify(profile, job);
}

Status Workspace::ChooseCompiler(const std::string& name, bool stage_cache, const std::string& style, CompileOptions& options) {
  MapperOptions mapper;
  mapper.profile = PAW_TRY(FindCompiler(name));
  PAW_TRY(compilers().CheckUnchanged(mapper.profile));
  if (stage_cache) mapper.cache = std::make_shared<StageCache>(PosixFs(), store_->root());
  const BaseEntry base = PAW_TRY(store_->FindBase(mapper.profile.interpreter));
  PAW_TRY(UseBase(base, style, options));
  options.mapper = std::move(mapper);
  return Ok();
}

Result<CompilerFacts> Workspace::AddCompiler(CompilerProfile profile, const std::string& interpreter, const JobOptions& job) {
  PAW_TRY(Store::CheckAlias(profile.name).WithContext("adding a compiler"));
  if (profile.name == kBuiltInCompiler) {
    return Usage("adding a compiler: found the name " + Quoted(profile.name) + " of the one that is part of paw, expected another --name");
  }
  const FileFacts facts = PAW_TRY(PosixFs().Stat(profile.path));
  profile.kind = facts.kind == FileKind::kFolder ? CompilerKind::kLoraCompiler : CompilerKind::kMapper;
  if (profile.reads_by_interpreter() && !profile.pseudo_lm.empty()) {
    return Usage("adding the compiler " + profile.path +
                 ": found --pseudo-lm beside a mapper's file, expected none: it reads the spec alone");
  }
  const BaseEntry base = PAW_TRY(NamedBase(interpreter));
  profile.interpreter = base.profile.sha256;
  profile.interpreter_name = base.profile.name;
  const CompilerFacts found =
      PAW_TRY(InspectCompiler(profile, PAW_TRY(ShapeOf(base)), HooksOf(options_, job)));  // before the long reading of all bytes
  CompilerRegistry registry = compilers();
  PAW_TRY(registry.Hash(profile, job));
  PAW_TRY(registry.Save(profile));
  return found;
}

Result<CompilerProfile> Workspace::CompilerOf(const Manifest& manifest) {
  const std::string fingerprint = PAW_TRY(FingerprintOfMapped(manifest));
  const std::vector<CompilerProfile> profiles = PAW_TRY(ListCompilers());
  for (const CompilerProfile& profile : profiles) {
    if (profile.fingerprint() != fingerprint) continue;
    PAW_TRY(compilers().CheckUnchanged(profile));
    return profile;
  }
  return NotFound("finding the compiler of program " + Printable(manifest.program_id) + ": found none with fingerprint " + fingerprint +
                  " here, expected " + Quoted(manifest.compiler_snapshot) + " to be added (`paw compiler add`)");
}

// The base itself is opened where the compiler reads by it; else its header says enough.
Result<Interpreter> Workspace::InterpreterFor(const CompilerProfile& compiler, const BaseEntry& base) {
  if (compiler.reads_by_interpreter()) return InterpreterOf(PAW_TRY(OpenBase(base)));
  return Interpreter{PAW_TRY(ShapeOf(base)), base.profile.sha256};
}

Result<PackedProgram> Workspace::PackProgram(const Bundle& bundle, const JobOptions& job) {
  MapperOptions compiler;
  compiler.profile = PAW_TRY(CompilerOf(bundle.manifest));
  compiler.cache = std::make_shared<StageCache>(PosixFs(), store_->root());
  const BaseEntry base = PAW_TRY(BaseOf(bundle.manifest));
  return Pack(bundle, compiler, PAW_TRY(InterpreterFor(compiler.profile, base)), HooksOf(options_, job));
}

Result<Bundle> Workspace::UnpackProgram(PackedProgram packed, const JobOptions& job) {
  const CompilerProfile compiler = PAW_TRY(CompilerOf(packed.bundle.manifest));
  const BaseEntry base = PAW_TRY(BaseOf(packed.bundle.manifest));
  return Unpack(std::move(packed), compiler, {PAW_TRY(ShapeOf(base)), base.profile.sha256}, HooksOf(options_, job));
}

Result<PublishedProgram> Workspace::Publish(const Bundle& bundle, const std::string& alias, const std::string& output_path) {
  const std::vector<std::byte> archive = PAW_TRY(WriteBundle(bundle));
  const ProgramEntry entry = PAW_TRY(store_->Put(archive, alias));
  if (!output_path.empty()) PAW_TRY(PosixFs().PublishFile(output_path, archive));
  return PublishedProgram{entry.digest, entry.path};
}

}  // namespace paw
