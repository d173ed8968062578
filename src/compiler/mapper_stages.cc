#include "compiler/mapper_stages.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "compiler/built_in.h"
#include "compiler/spec_compiler.h"
#include "encode/encoder.h"
#include "encode/spec_features.h"
#include "fs/path.h"
#include "fs/posix_fs.h"
#include "lm/native/native.h"
#include "lm/tokenizer_json.h"
#include "lm/weight_source.h"
#include "pseudo/lm_writer.h"
#include "runtime/program.h"

namespace paw {
namespace {

constexpr std::string_view kTurnEnd = "<|im_end|>";

// The tokenizer of the LoRA compiler, and what its chat template writes for enable_thinking=False.
struct CompilerText {
  Tokenizer tokenizer;
  ThinkBlock think = ThinkBlock::kNone;
};

Result<CompilerText> OpenText(const CompilerProfile& profile) {
  const std::string path = JoinPath(profile.path, kTokenizerFile), config_path = JoinPath(profile.path, kTokenizerConfigFile);
  const std::string text = PAW_TRY(PosixFs().ReadText(path, kTokenizerJsonBytesMax));
  CompilerText out{PAW_TRY(Tokenizer::Create(PAW_TRY(ReadTokenizerJson(text, kTurnEnd, path)))), ThinkBlock::kNone};
  const auto config_text = PosixFs().ReadText(config_path, kJsonBytesMax);
  if (config_text.code() == Code::kNotFound) return out;
  if (!config_text.ok()) return config_text.status();
  const Json config = PAW_TRY(ParseJson(*config_text, config_path));
  out.think = ThinkBlockOf(PAW_TRY(FindString(config, "chat_template", config_path)).value_or(""));
  return out;
}

struct OpenMapper {
  Mapper mapper;
  Sha256Digest digest{};
};

Result<Sha256Digest> DigestOfHex(std::string_view hex) {
  Sha256Digest digest{};
  if (!IsSha256Hex(hex)) return Internal("reading a digest: found " + Quoted(hex) + ", expected 64 hex digits");
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const auto nibble = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    digest[i] = static_cast<std::uint8_t>(nibble(hex[2 * i]) * 16 + nibble(hex[2 * i + 1]));
  }
  return digest;
}

// Empty for a file that has not been hashed: a compiler that is only being looked at.
std::string_view DigestOf(const CompilerProfile& profile, const std::string& path) {
  const auto file = std::find_if(profile.files.begin(), profile.files.end(), [&](const CompilerFile& f) { return f.path == path; });
  return file == profile.files.end() ? std::string_view() : std::string_view(file->sha256);
}

Result<MapperFile> SpecMapperFile(const CompilerProfile& profile) {
  return profile.kind == CompilerKind::kBuiltIn ? BuiltInMapper() : OpenMapperFile(profile.path);
}

Result<OpenMapper> OpenMapperOf(const CompilerProfile& profile, const ModelShape& interpreter, ThreadPool& pool) {
  Sha256Digest digest{};
  if (profile.reads_by_interpreter()) {
    if (!profile.files.empty()) digest = PAW_TRY(DigestOfHex(profile.files.front().sha256));
    return OpenMapper{PAW_TRY(OpenSpecMapper(PAW_TRY(SpecMapperFile(profile)), interpreter, pool)), digest};
  }
  const std::string path = JoinPath(profile.path, kMapperFile);
  auto checkpoint = std::make_shared<safetensors::Checkpoint>(PAW_TRY(safetensors::Checkpoint::Open(PosixFs(), path)));
  if (const std::string_view hex = DigestOf(profile, path); !hex.empty()) digest = PAW_TRY(DigestOfHex(hex));
  return OpenMapper{PAW_TRY(Mapper::Open(std::move(checkpoint), interpreter, pool)), digest};
}

Status CheckWidths(const CompilerProfile& profile, const ModelShape& compiler, const MapperShape& mapper) {
  if (compiler.width == mapper.hidden) return Ok();
  return Refused("opening the compiler " + profile.name + ": found a LoRA compiler of width " + std::to_string(compiler.width) +
                 ", expected " + std::to_string(mapper.hidden) + " as its mapper reads");
}

// The style of a language model that answers to a user's turn: ChatML where its tokenizer has the turn's tokens.
ChatStyle StyleOf(const Tokenizer& tokenizer) { return tokenizer.FindSpecial(kTurnEnd) == 0 ? ChatStyle::kChatMl : ChatStyle::kPlain; }

void ReportTo(const StageHooks& hooks, std::string_view stage, std::int64_t done, std::int64_t total) {
  if (hooks.progress) hooks.progress(stage, done, total);
}

// The coefficients by a LoRA compiler, whose layers are streamed.
Result<std::vector<float>> CoefficientsByCompiler(const CompilerProfile& profile, const Mapper& mapper, std::string_view spec,
                                                  std::string_view pseudo_program, std::int32_t layers, ThreadPool& pool,
                                                  const StageHooks& hooks) {
  const CompilerText text = PAW_TRY(OpenText(profile));
  const auto compiler = PAW_TRY(OpenNativeStreamed(profile.path, {hooks.threads}));
  PAW_TRY(CheckWidths(profile, compiler->shape(), mapper.shape()));
  PAW_TRY(CheckCancelled(hooks.cancel, "encoding"));
  EncodeOptions encode;
  encode.prompt.think = text.think;
  encode.interpreter_layers = layers;
  encode.threads = hooks.threads;
  const Encoding encoding = PAW_TRY(Encode(*compiler, text.tokenizer, spec, pseudo_program, encode));
  return mapper.Coefficients(PAW_TRY(mapper.Trunk(PAW_TRY(mapper.Pool(encoding, pool)), pool)), pool);
}

// The coefficients by the mapper's own encoder: the interpreter, or a LoRA compiler.
Result<std::vector<float>> CoefficientsOf(const CompilerProfile& profile, const Mapper& mapper, std::string_view spec,
                                          std::string_view pseudo_program, const Interpreter& interpreter, ThreadPool& pool,
                                          const StageHooks& hooks) {
  ReportTo(hooks, "encode", 0, 1);
  std::vector<float> coefficients =
      profile.reads_by_interpreter()
          ? PAW_TRY(SpecCoefficients(mapper, *interpreter.base, spec, pool))
          : PAW_TRY(CoefficientsByCompiler(profile, mapper, spec, pseudo_program, interpreter.shape.layers, pool, hooks));
  ReportTo(hooks, "encode", 1, 1);
  return coefficients;
}

// All that the coefficients depend on. The forward pass is in bf16, so that its numbers are those of the instruction set.
std::string KeyOf(const CompilerProfile& profile, std::string_view spec, std::string_view pseudo_program, const Interpreter& interpreter) {
  const std::string fingerprint = profile.fingerprint();
  const bool by_interpreter = profile.reads_by_interpreter();
  const std::array<std::string_view, 6> parts = {by_interpreter ? "coefficients of a spec 1" : "coefficients 1",
                                                 BestKernels().name,
                                                 fingerprint,
                                                 interpreter.sha256,
                                                 spec,
                                                 by_interpreter ? kPrefixText : pseudo_program};
  return StageCache::Key(parts);
}

}  // namespace

Interpreter InterpreterOf(std::shared_ptr<const BaseModel> base) {
  const ModelShape shape = base->lm().shape();
  const std::string sha256 = base->sha256();
  return {shape, sha256, std::move(base)};
}

Result<std::string> PromptLayoutOf(const CompilerProfile& profile) {
  if (!profile.reads_by_interpreter()) return std::string("contract");
  return PromptLayoutOf(PAW_TRY(SpecMapperFile(profile)));
}

Result<AskedText> AskProfile(const MapperOptions& options, std::string_view spec, const StageHooks& hooks) {
  const CompilerProfile& profile = options.profile;
  if (profile.pseudo_lm.empty()) {
    return Usage("writing a pseudo-program: found the compiler " + profile.name +
                 " without a language model, expected --pseudo-file F, or `paw compiler add` with --pseudo-lm FILE");
  }
  const std::array<std::string_view, 4> parts = {"pseudo 1", DigestOf(profile, profile.pseudo_lm), options.pseudo_prompt, spec};
  const std::string key = StageCache::Key(parts);
  if (options.cache != nullptr) {
    if (const auto kept = options.cache->Get(key)) return AskedText{std::string(TextOf(*kept)), true};
  }
  const auto model =
      PAW_TRY(BaseModel::Open(profile.pseudo_lm, EngineKind::kLlamaCpp, hooks.threads, std::string(DigestOf(profile, profile.pseudo_lm))));
  PseudoAsk ask;
  ask.prompt = options.pseudo_prompt;
  ask.style = StyleOf(model->tokenizer());
  ask.threads = hooks.threads;
  ask.cancel = hooks.cancel;
  ask.on_text = [&](std::string_view, std::int32_t tokens) { ReportTo(hooks, "pseudo", tokens, ask.tokens_max); };
  AskedText asked{PAW_TRY(AskForPseudoProgram(model->lm(), model->tokenizer(), spec, ask)), false};
  if (options.cache != nullptr)
    (void)options.cache->Put(key, std::as_bytes(std::span(asked.text)));  // without it the next compile asks again
  return asked;
}

Result<MappedProgram> MapSpec(const MapperOptions& options, std::string_view spec, std::string_view pseudo_program,
                              const Interpreter& interpreter, const StageHooks& hooks) {
  const CompilerProfile& profile = options.profile;
  if (profile.reads_by_interpreter() && interpreter.base == nullptr) return Internal("mapping a spec: found no base, expected an open one");
  ThreadPool pool(hooks.threads);
  const OpenMapper opened = PAW_TRY(OpenMapperOf(profile, interpreter.shape, pool));
  const Sha256Digest interpreter_digest = PAW_TRY(DigestOfHex(interpreter.sha256));
  const std::string key = KeyOf(profile, spec, pseudo_program, interpreter);
  MappedProgram mapped;
  if (options.cache != nullptr) {
    const auto kept = options.cache->Get(key);
    auto form = kept ? ReadCoefficients(*kept, "the stage cache") : Result<CoefficientForm>(NotFound("no coefficients"));
    if (form.ok()) mapped = {{}, *std::move(form), true};
  }
  if (!mapped.cached) {
    const MapperShape& shape = opened.mapper.shape();
    std::vector<float> numbers = PAW_TRY(CoefficientsOf(profile, opened.mapper, spec, pseudo_program, interpreter, pool, hooks));
    mapped.coefficients = {opened.digest, interpreter_digest, shape.layers, shape.modules, shape.bases, std::move(numbers)};
    if (options.cache != nullptr) (void)options.cache->Put(key, PAW_TRY(WriteCoefficients(mapped.coefficients)));
  }
  mapped.lora = PAW_TRY(Expand(mapped.coefficients, opened.mapper, opened.digest, interpreter_digest, pool, "the mapped program"));
  return mapped;
}

Result<LoraWeights> ExpandProgram(const CompilerProfile& profile, const CoefficientForm& form, const Interpreter& interpreter,
                                  const StageHooks& hooks) {
  ThreadPool pool(hooks.threads);
  const OpenMapper opened = PAW_TRY(OpenMapperOf(profile, interpreter.shape, pool));
  const Sha256Digest interpreter_digest = PAW_TRY(DigestOfHex(interpreter.sha256));
  return Expand(form, opened.mapper, opened.digest, interpreter_digest, pool, "the packed program");
}

Result<CompilerFacts> InspectCompiler(const CompilerProfile& profile, const ModelShape& interpreter, const StageHooks& hooks) {
  ThreadPool pool(hooks.threads);
  if (profile.reads_by_interpreter()) {
    PAW_TRY(PromptLayoutOf(profile));
    return CompilerFacts{interpreter, PAW_TRY(OpenMapperOf(profile, interpreter, pool)).mapper.shape(), 0, false};
  }
  const CompilerText text = PAW_TRY(OpenText(profile));
  const auto compiler = PAW_TRY(OpenNativeStreamed(profile.path, {hooks.threads}));
  const OpenMapper opened = PAW_TRY(OpenMapperOf(profile, interpreter, pool));
  PAW_TRY(CheckWidths(profile, compiler->shape(), opened.mapper.shape()));
  if (text.tokenizer.vocabulary() > compiler->shape().vocabulary) {
    return Refused("opening the compiler " + profile.name + ": found a tokenizer of " + std::to_string(text.tokenizer.vocabulary()) +
                   " tokens, expected at most the " + std::to_string(compiler->shape().vocabulary) + " of the embedding");
  }
  PAW_TRY(BuildCompilerPrompt(text.tokenizer, "x", "x", {}));  // says whether the turn's and the prefix tokens are there
  if (!profile.pseudo_lm.empty()) PAW_TRY(WeightSource::Open(PosixFs(), profile.pseudo_lm));
  return CompilerFacts{compiler->shape(), opened.mapper.shape(), text.tokenizer.vocabulary(), text.think == ThinkBlock::kEmpty};
}

}  // namespace paw
