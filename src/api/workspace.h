// Workspace: the store, the engine and the bases opened so far, as the C++ API and the CLI use them. Opening a program by its name,
// choosing the base of a compile, publishing a result: what both would otherwise do twice.
//
// Thread rule: shared freely; opening a base is serialised, what is opened is const. Owner: programs keep their base alive and may
// outlive the Workspace. Errors: kNotFound (no such program or base; the message says what to do), kRefused (a malformed file),
// kUsage (a name that cannot be an alias), kUnavailable (a full disk).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "bundle/bundle.h"
#include "compiler/compiler.h"
#include "compiler/packing.h"
#include "lm/shape.h"
#include "paw/status.h"
#include "runtime/program.h"
#include "runtime/resident_programs.h"
#include "store/official_cache.h"
#include "store/store.h"

namespace paw {

struct WorkspaceOptions {
  std::string cache_dir;  // empty: the configuration's
  std::string base;       // for compiling: a name or a path; empty: the default base
  EngineKind engine = EngineKind::kNative;
  int threads = 0;
  bool offline = false;
  std::optional<std::string> official_cache = {};  // a folder of the official SDK to read too; "": its default
  std::uint64_t resident_bytes_max = 0;            // of adapters of LoadResident; 0: a quarter of the machine's memory
};

// A program as its reference led to it.
struct FoundProgram {
  Bundle bundle;
  std::string path;    // a file, or a folder of the official cache
  std::string digest;  // of the store; empty elsewhere
};

struct PublishedProgram {
  std::string digest;  // SHA-256 of the file
  std::string path;    // in the store
};

// What the engines of a workspace did so far, and what they hold.
struct EngineCounts {
  SchedulerCounts scheduler;  // of all bases together
  ResidentPrograms::Counts residents;
};

// What its header says; the weights are not read.
Result<ModelShape> ShapeOf(const BaseEntry& base);

class Workspace {
 public:
  static Result<std::unique_ptr<Workspace>> Open(const WorkspaceOptions& options);

  Store& store() { return *store_; }
  const WorkspaceOptions& options() const { return options_; }
  // Null where none was asked for.
  const OfficialCache* official_cache() const { return official_cache_ ? &*official_cache_ : nullptr; }

  // The engine that all callers of the base's programs share. Null for llama.cpp: its numbers depend on the batch.
  Result<std::shared_ptr<Scheduler>> SchedulerOf(const std::shared_ptr<BaseModel>& base);

  EngineCounts engine_counts();

  // `reference` as Store::Resolve reads it: a path, an alias, a program id or digest, or the first digits of one. Where the official
  // cache was asked for, its ids and slugs come first.
  Result<FoundProgram> Find(const std::string& reference);
  Result<std::shared_ptr<const Program>> Load(const std::string& reference);
  Result<std::shared_ptr<const Program>> LoadBundle(Bundle bundle);
  // One that may be closed for others and opened again from where it was found (runtime/resident_programs.h). The Workspace must outlive
  // the handle's calls.
  Result<std::shared_ptr<ResidentProgram>> LoadResident(const std::string& reference);
  // The base itself behind the official base-mode template, without an adapter.
  Result<std::shared_ptr<const Program>> PlainBase(const std::string& base, const std::string& style);

  // A base by name, or by the path of a GGUF, which is copied into the store; empty: the default base.
  Result<BaseEntry> NamedBase(const std::string& base);
  // The same, opened.
  Result<std::shared_ptr<BaseModel>> OpenNamedBase(const std::string& base);
  // Before the work begins: whether the alias is a name and the folder of the output is there.
  Status CheckNames(const std::string& alias, const std::string& output_path);
  // Fills in the base of a compile: options().base, else the one of `made_for` (a replay), else the default. A base that is a path is
  // copied into the store, because the program will need it. `style`: "plain", "chatml", "qwen3", or empty: what its GGUF is known by.
  Status ChooseBase(const Manifest* made_for, const std::string& style, CompileOptions& options);
  // The compiler of that name, whose interpreter becomes the base. `stage_cache`: whether its stages may be taken from the store's cache.
  Status ChooseCompiler(const std::string& name, bool stage_cache, const std::string& style, CompileOptions& options);
  // What lies at profile.path, a folder or a mapper's file, becomes a compiler for `interpreter` (a base's name): opened, held together,
  // hashed, then registered. kUsage for the name of the compiler that paw ships.
  Result<CompilerFacts> AddCompiler(CompilerProfile profile, const std::string& interpreter, const JobOptions& job);
  // The registered compilers and, before them, the one that paw ships.
  Result<std::vector<CompilerProfile>> ListCompilers();
  Result<CompilerProfile> FindCompiler(const std::string& name);
  // Reads its files again and holds them to their digests.
  Status VerifyCompiler(const CompilerProfile& profile, const JobOptions& job);
  CompilerRegistry compilers() const;
  // compiler/packing.h with the compiler here that has the program's fingerprint, whatever its name here.
  Result<PackedProgram> PackProgram(const Bundle& bundle, const JobOptions& job);
  Result<Bundle> UnpackProgram(PackedProgram packed, const JobOptions& job);
  // Into the store, under the alias, and to output_path; each empty name is left out. Each write is atomic.
  Result<PublishedProgram> Publish(const Bundle& bundle, const std::string& alias, const std::string& output_path);

 private:
  Workspace() = default;
  Result<BaseEntry> BaseOf(const Manifest& manifest);
  Result<std::shared_ptr<BaseModel>> OpenBase(const BaseEntry& base);
  Result<CompilerProfile> CompilerOf(const Manifest& manifest);
  Result<Interpreter> InterpreterFor(const CompilerProfile& compiler, const BaseEntry& base);
  static Status UseBase(const BaseEntry& base, const std::string& style, CompileOptions& options);

  WorkspaceOptions options_;
  std::unique_ptr<Store> store_;
  std::optional<OfficialCache> official_cache_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<BaseModel>> bases_;            // by digest; guarded by mutex_
  std::map<const BaseModel*, std::shared_ptr<Scheduler>> schedulers_;  // each keeps its base alive
  std::shared_ptr<ResidentPrograms> residents_;
};

}  // namespace paw
