// paw compiler add|list|verify|rm: the mapper compilers that paw compile --profile can use.
#include <cstdio>
#include <memory>
#include <string>

#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/terminal.h"
#include "fs/path.h"
#include "fs/posix_fs.h"

namespace paw::cli {
namespace {

struct Arguments {
  std::string name, path, interpreter, pseudo_lm;
  int threads = 0;
};

std::uint64_t BytesOf(const CompilerProfile& profile) {
  std::uint64_t bytes = 0;
  for (const CompilerFile& file : profile.files) bytes += file.bytes;
  return bytes;
}

Json CompilerJson(const CompilerProfile& profile) {
  return {{"name", profile.name},
          {"kind", CompilerKindName(profile.kind)},
          {"path", profile.path.empty() ? Json() : Json(profile.path)},
          {"interpreter", profile.interpreter_name},
          {"interpreter_sha256", profile.interpreter},
          {"pseudo_lm", profile.pseudo_lm.empty() ? Json() : Json(profile.pseudo_lm)},
          {"fingerprint", profile.fingerprint()},
          {"files", profile.files.size()},
          {"bytes", BytesOf(profile)}};
}

std::string ShapeText(const ModelShape& shape) {
  return std::to_string(shape.layers) + " layers of width " + std::to_string(shape.width) + ", " + std::to_string(shape.heads) +
         " heads on " + std::to_string(shape.kv_heads) + ", " + std::to_string(shape.vocabulary) + " tokens";
}

// Who reads the spec for a mapper's file alone.
std::string ReaderText(const MapperShape& mapper) {
  if (mapper.bases == 0) return "compiler     none reads the spec: every program has the same LoRA\n";
  return "compiler     the interpreter itself reads the spec, at " + std::to_string(mapper.feature_layers.size()) + " of its layers\n";
}

std::string LoraCompilerText(const CompilerFacts& facts) {
  return "compiler     " + ShapeText(facts.compiler) + "\ntokenizer    " + std::to_string(facts.tokens) + " tokens" +
         (facts.think_block ? ", its chat begins with an empty think block" : "") + "\n";
}

std::string MapperText(const MapperShape& mapper) {
  const std::string text = std::to_string(mapper.parameters) + " parameters, ";
  if (mapper.bases == 0) return text + "a fixed LoRA of rank " + std::to_string(mapper.rank);
  return text + std::to_string(mapper.bases) + " bases of rank " + std::to_string(mapper.rank) + ", " +
         std::to_string(mapper.coefficients()) + " coefficients a program";
}

class CompilerCommand {
 public:
  CompilerCommand(Context& context, const Arguments& arguments) : context_(context), arguments_(arguments), bar_(context.ShowProgress()) {
    job_.cancel = context.cancel;
    job_.progress = [this](const ProgressEvent& event) { bar_.Update(event.stage, event.done, event.total, event.note); };
  }

  int Add() {
    return With([this](Workspace& workspace) -> Status {
      CompilerProfile profile;
      profile.path = PAW_TRY(AbsolutePath(arguments_.path));
      profile.name = arguments_.name.empty() ? NameOf(profile.path) : arguments_.name;
      if (!arguments_.pseudo_lm.empty()) profile.pseudo_lm = PAW_TRY(AbsolutePath(arguments_.pseudo_lm));
      const CompilerFacts facts = PAW_TRY(workspace.AddCompiler(profile, arguments_.interpreter, job_));
      bar_.Clear();
      return PrintAdded(PAW_TRY(workspace.FindCompiler(profile.name)), facts);
    });
  }

  int List() {
    return With([this](Workspace& workspace) -> Status {
      Json compilers = Json::array();
      std::string text;
      const std::vector<CompilerProfile> profiles = PAW_TRY(workspace.ListCompilers());
      for (const CompilerProfile& profile : profiles) {
        compilers.push_back(CompilerJson(profile));
        text += profile.name + "  for " + profile.interpreter_name + "  " + HumanBytes(static_cast<double>(BytesOf(profile))) + "  " +
                (profile.kind == CompilerKind::kBuiltIn ? "(part of paw)" : profile.path) + "\n";
      }
      if (context_.json) {
        context_.PrintJson({{"compilers", compilers}});
      } else if (text.empty()) {
        context_.Say("no compiler here: `paw compiler add DIR` registers one; `paw compile` without --profile trains on examples alone");
      } else {
        std::fputs(Harmless(text, true).c_str(), stdout);
      }
      return Ok();
    });
  }

  int Verify() {
    return With([this](Workspace& workspace) -> Status {
      std::vector<CompilerProfile> profiles;
      if (arguments_.name.empty()) {
        profiles = PAW_TRY(workspace.ListCompilers());
      } else {
        profiles.push_back(PAW_TRY(workspace.FindCompiler(arguments_.name)));
      }
      Json verified = Json::array();
      for (const CompilerProfile& profile : profiles) {
        PAW_TRY(workspace.VerifyCompiler(profile, job_));
        verified.push_back(profile.name);
        bar_.Clear();
        if (!context_.json) std::printf("ok  %s  fingerprint %s\n", Harmless(profile.name, false).c_str(), profile.fingerprint().c_str());
      }
      if (context_.json) context_.PrintJson({{"verified", verified}});
      return Ok();
    });
  }

  int Remove() {
    return With([this](Workspace& workspace) -> Status {
      PAW_TRY(workspace.compilers().Remove(arguments_.name));
      if (context_.json) {
        context_.PrintJson({{"removed", arguments_.name}});
      } else {
        context_.Say("removed " + arguments_.name + " from the list; its files are where they were");
      }
      return Ok();
    });
  }

 private:
  template <typename Work>
  int With(Work work) {
    auto workspace = Workspace::Open({context_.cache_dir, "", EngineKind::kNative, arguments_.threads, context_.offline});
    if (!workspace.ok()) return context_.Fail(workspace.status());
    const CancellableScope cancellable;
    const Status status = work(**workspace);
    bar_.Clear();
    return status.ok() ? 0 : context_.Fail(status);
  }

  Status PrintAdded(const CompilerProfile& profile, const CompilerFacts& facts) {
    if (context_.json) {
      Json json = CompilerJson(profile);
      json["compiler"] = {{"layers", facts.compiler.layers}, {"width", facts.compiler.width}, {"vocabulary", facts.compiler.vocabulary}};
      json["mapper"] = {{"parameters", facts.mapper.parameters},
                        {"bases", facts.mapper.bases},
                        {"rank", facts.mapper.rank},
                        {"coefficients", facts.mapper.coefficients()}};
      context_.PrintJson(json);
      return Ok();
    }
    std::string text = profile.name + "  fingerprint " + profile.fingerprint() + "\n";
    text += profile.reads_by_interpreter() ? ReaderText(facts.mapper) : LoraCompilerText(facts);
    text += "mapper       " + MapperText(facts.mapper) + "\n";
    text += "interpreter  " + profile.interpreter_name + "\n";
    if (!profile.reads_by_interpreter()) {
      text += "pseudo LM    " + (profile.pseudo_lm.empty() ? std::string("none: compile with --pseudo-file") : profile.pseudo_lm) + "\n";
    }
    text += "files        " + std::to_string(profile.files.size()) + ", " + HumanBytes(static_cast<double>(BytesOf(profile))) + "\n";
    std::fputs(Harmless(text, true).c_str(), stdout);
    return Ok();
  }

  Context& context_;
  const Arguments& arguments_;
  ProgressBar bar_;
  JobOptions job_;
};

using Method = int (CompilerCommand::*)();

void Bind(CLI::App* command, Context& context, const std::shared_ptr<Arguments>& arguments, Method method) {
  command->callback([&context, arguments, method] {
    context.action = [&context, arguments, method] {
      CompilerCommand compiler(context, *arguments);
      return (compiler.*method)();
    };
  });
}

}  // namespace

void AddCompilerCommand(CLI::App& app, Context& context) {
  CLI::App* compiler = AddCommand(app, context, "compiler", "the mapper compilers that paw compile --profile uses",
                                  "Examples:\n  paw compiler add ./paw-4b --interpreter paw-4b-qwen3-0.6b\n  paw compiler list");
  compiler->require_subcommand(1);
  const auto arguments = std::make_shared<Arguments>();

  CLI::App* add = AddCommand(
      *compiler, context, "add", "register a compiler's folder, after looking at everything in it",
      "The folder holds the LoRA compiler as Hugging Face stores a model (config.json, model*.safetensors, tokenizer.json with the\n"
      "tokens <prefix_1> to <prefix_64>) and its mapper, lora_mapper.safetensors (scripts/convert_mapper.py makes it from a .pt).\n"
      "Or it is one file: a mapper of paw_train_mapper (.safetensors or .gguf), which reads specs with the interpreter itself.\n"
      "The files stay where they are.\n\n"
      "Examples:\n"
      "  paw compiler add ./paw-4b --interpreter paw-4b-qwen3-0.6b --pseudo-lm ./Qwen3-4B-Instruct-2507-Q4_K_M.gguf\n"
      "  paw compile --profile paw-4b --spec-file spec.txt --name triage");
  add->add_option("DIR", arguments->path, "the folder, or the mapper's file")->required()->type_name("");
  add->add_option("--interpreter", arguments->interpreter, "the base that its programs run on: a name or a GGUF")
      ->required()
      ->type_name("NAME");
  add->add_option("--pseudo-lm", arguments->pseudo_lm, "the GGUF of the language model that writes pseudo-programs")->type_name("FILE");
  add->add_option("--name", arguments->name, "its name; none: the folder's")->type_name("NAME");
  add->add_option("--threads", arguments->threads, "0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
  Bind(add, context, arguments, &CompilerCommand::Add);

  CLI::App* list = AddCommand(*compiler, context, "list", "the compilers that are registered", "Examples:\n  paw compiler list");
  Bind(list, context, arguments, &CompilerCommand::List);

  CLI::App* verify = AddCommand(*compiler, context, "verify", "read the files of compilers again and check their digests",
                                "Examples:\n  paw compiler verify\n  paw compiler verify paw-4b");
  verify->add_option("NAME", arguments->name, "the compiler; none: all")->type_name("");
  Bind(verify, context, arguments, &CompilerCommand::Verify);

  CLI::App* remove = AddCommand(*compiler, context, "rm", "take a compiler off the list",
                                "Its files and its programs stay.\n\nExamples:\n  paw compiler rm paw-4b");
  remove->add_option("NAME", arguments->name, "the compiler")->required()->type_name("");
  Bind(remove, context, arguments, &CompilerCommand::Remove);
}

}  // namespace paw::cli
