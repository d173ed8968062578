// CompilerRegistry: the mapper compilers of this machine: what they are and where, for which interpreter, and the digests of their files.
//
//   <root>/compilers/<name>.json   {"format":2, "name", "kind", "path", "interpreter", "interpreter_name", "pseudo_lm", "files": [...]}
//
// Format 1 had "folder" in place of "kind" and "path": a mapper's file where the name ended as one. Such entries are still read.
// The files themselves (8 GB for the published one) stay where the user has them. They are hashed when a compiler is added and by Verify;
// before a compile their sizes, times and inodes are held to what was hashed.
//
// Thread rule: one thread an instance; instances and processes may run at once, each entry appears and goes whole. Owner: the Fs must
// outlive it. Errors: kNotFound (no such compiler, a file that is gone), kRefused (a malformed entry, a file that changed), kUsage (not a
// name).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fs/fs.h"
#include "paw/status.h"
#include "store/store.h"

namespace paw {

struct CompilerFile {
  std::string path;  // absolute
  std::uint64_t bytes = 0;
  std::string sha256;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
};

// What a compiler is, and what lies at its path.
enum class CompilerKind : std::uint8_t {
  kLoraCompiler,  // a folder with config.json, model safetensors, tokenizer.json and lora_mapper.safetensors
  kMapper,        // a mapper's file alone (.safetensors or .gguf): the interpreter itself reads the spec
  kBuiltIn,       // nothing: such a mapper inside this library (compiler/built_in.h); never registered
};
std::string_view CompilerKindName(CompilerKind kind);  // "lora_compiler", "mapper", "built_in"

struct CompilerProfile {
  std::string name;
  CompilerKind kind = CompilerKind::kLoraCompiler;
  std::string path;              // absolute; empty for kBuiltIn
  std::string interpreter;       // SHA-256 of the base that it writes adapters for
  std::string interpreter_name;  // and its profile's name, for people
  std::string pseudo_lm;         // the GGUF that writes pseudo-programs; empty: none
  std::vector<CompilerFile> files;

  // Whether the interpreter itself is the encoder: there is no LoRA compiler and no pseudo-program to write.
  bool reads_by_interpreter() const { return kind != CompilerKind::kLoraCompiler; }
  // The first 16 hex digits of SHA-256 over the digests of the files that decide what a program becomes.
  std::string fingerprint() const;
};

inline constexpr char kMapperFile[] = "lora_mapper.safetensors";
inline constexpr char kTokenizerFile[] = "tokenizer.json";
inline constexpr char kTokenizerConfigFile[] = "tokenizer_config.json";  // may be absent

class CompilerRegistry {
 public:
  CompilerRegistry(Fs& fs, const std::string& root);

  // Hashes the files of `profile` (those at its path and pseudo_lm) into profile.files. kNotFound for a folder without the files above.
  Status Hash(CompilerProfile& profile, const JobOptions& job);
  Status Save(const CompilerProfile& profile);
  Result<CompilerProfile> Find(const std::string& name);
  Result<std::vector<CompilerProfile>> List();  // sorted by name
  Status Remove(const std::string& name);

  // Whether the files are those that were hashed: by their facts, or read again. kBuiltIn has none that could change.
  Status CheckUnchanged(const CompilerProfile& profile);
  Status Verify(const CompilerProfile& profile, const JobOptions& job);

 private:
  std::string PathOf(const std::string& name) const;
  Result<std::vector<std::string>> FilesOf(const CompilerProfile& profile);
  Result<CompilerFile> HashFile(const std::string& path, const JobOptions& job);

  Fs& fs_;
  std::string folder_;
};

}  // namespace paw
