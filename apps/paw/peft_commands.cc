// paw export peft, paw import peft: programs to and from PEFT folders.
#include <cstdio>
#include <memory>
#include <string>

#include "adapter/adapter.h"
#include "api/peft.h"
#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/terminal.h"
#include "base/limits.h"
#include "fs/posix_fs.h"

namespace paw::cli {
namespace {

constexpr const char* kExportFooter =
    "OUT_DIR gets adapter_config.json and adapter_model.safetensors, which peft loads onto the base model of that name, beside\n"
    "prompt_template.txt, pseudo_program.txt and meta.json: the layout of the official hub. It must not be there, or be empty. --dtype "
    "f32\n"
    "keeps every number: such a folder comes back (`paw import peft`) as the same program.\n"
    "\n"
    "Examples:\n"
    "  paw export peft triage ./triage-peft\n"
    "  paw export peft triage ./triage-peft --dtype f32";
constexpr const char* kImportFooter =
    "DIR holds what peft's save_pretrained writes: adapter_config.json and adapter_model.safetensors, of a plain LoRA. The prompt comes\n"
    "from its prompt_template.txt or from --template: a text with {INPUT_PLACEHOLDER} where the input stands. Where its meta.json is that\n"
    "of a program, labels and base are taken from there; else the spec names the labels, and --base the base.\n"
    "\n"
    "Examples:\n"
    "  paw import peft ./triage-peft --name triage\n"
    "  paw import peft ./my-lora --base smollm2-135m --template prompt.txt --spec \"Return one of: urgent, normal.\" --name urgency\n"
    "  paw import peft ./my-lora --adapter-type q8_0 -o my.paw";

struct ExportArguments {
  std::string reference, folder, dtype = "bf16";
};

struct ImportArguments {
  std::string folder, base, template_path, spec, spec_file, alias, output, adapter_type;
  int threads = 0;
  CLI::Option* spec_given = nullptr;
};

DType TensorType(const std::string& name) { return name == "f32" ? DType::kF32 : name == "f16" ? DType::kF16 : DType::kBF16; }

int Export(Context& context, const ExportArguments& arguments) {
  const auto work = [&]() -> Status {
    const auto workspace = PAW_TRY(Workspace::Open({context.cache_dir, "", EngineKind::kNative, 0, context.offline}));
    const PeftExport done = PAW_TRY(ExportPeft(*workspace, arguments.reference, arguments.folder, TensorType(arguments.dtype)));
    if (context.json) {
      context.PrintJson({{"program_id", done.program_id},
                         {"path", arguments.folder},
                         {"base_model", done.base_model},
                         {"dtype", arguments.dtype},
                         {"rank", done.rank},
                         {"alpha", done.alpha},
                         {"tensors", done.tensors}});
      return Ok();
    }
    const std::string text = "Program ID: " + done.program_id + "\nBase model: " + done.base_model + "\nAdapter:    rank " +
                             std::to_string(done.rank) + ", " + std::to_string(done.tensors) + " tensors in " + arguments.dtype +
                             "\nFolder:     " + arguments.folder + "\n";
    std::fputs(ForStdout(text).c_str(), stdout);
    return Ok();
  };
  const Status status = work();
  return status.ok() ? 0 : context.Fail(status, {{"program", arguments.reference}});
}

class ImportCommand {
 public:
  ImportCommand(Context& context, const ImportArguments& arguments) : context_(context), arguments_(arguments) {}

  int Run() {
    const Status status = Work();
    return status.ok() ? 0 : context_.Fail(status);
  }

 private:
  Status Work() {
    const PeftImportRequest request = PAW_TRY(Request());
    const auto workspace = PAW_TRY(Workspace::Open({context_.cache_dir, "", EngineKind::kNative, arguments_.threads, context_.offline}));
    PAW_TRY(workspace->CheckNames(arguments_.alias, arguments_.output));
    const PeftImport imported = PAW_TRY(ImportPeft(*workspace, request));
    for (const std::string& warning : imported.warnings) context_.Warn(warning);
    Print(imported.bundle.manifest, AdapterTypeName(imported.adapter_type),
          PAW_TRY(workspace->Publish(imported.bundle, arguments_.alias, arguments_.output)));
    return Ok();
  }

  Result<PeftImportRequest> Request() const {
    PeftImportRequest request;
    request.folder = arguments_.folder;
    request.base = arguments_.base;
    request.template_path = arguments_.template_path;
    if (arguments_.spec_given->count() > 0) request.spec = arguments_.spec;
    if (!arguments_.spec_file.empty()) request.spec = PAW_TRY(PosixFs().ReadText(arguments_.spec_file, kSpecBytesMax));
    if (!arguments_.adapter_type.empty()) request.adapter_type = PAW_TRY(ParseAdapterType(arguments_.adapter_type));
    request.threads = arguments_.threads;
    return request;
  }

  void Print(const Manifest& manifest, const std::string& adapter_type, const PublishedProgram& published) const {
    const std::string kind = manifest.paw ? std::string(OutputKindName(manifest.paw->output_kind)) : "text";
    const std::vector<std::string> labels = manifest.paw ? manifest.paw->labels : std::vector<std::string>();
    if (context_.json) {
      context_.PrintJson({{"program_id", manifest.program_id},
                          {"slug", arguments_.alias.empty() ? Json() : Json(arguments_.alias)},
                          {"digest", published.digest},
                          {"path", published.path},
                          {"output", arguments_.output.empty() ? Json() : Json(arguments_.output)},
                          {"interpreter", manifest.interpreter},
                          {"adapter_type", adapter_type},
                          {"lora_rank", manifest.lora_rank},
                          {"lora_alpha", manifest.lora_alpha},
                          {"labels", labels},
                          {"output_kind", kind}});
      return;
    }
    std::string text = "Program ID: " + manifest.program_id + "\n";
    if (!arguments_.alias.empty()) text += "Slug:       " + arguments_.alias + "\n";
    text += "Digest:     " + published.digest + "\n";
    text += "Base:       " + manifest.interpreter + "\n";
    text += "Adapter:    rank " + std::to_string(manifest.lora_rank) + ", " + adapter_type + "\n";
    text += "Output:     " + kind + (labels.empty() ? "" : ", one of " + std::to_string(labels.size()) + " labels") + "\n";
    text += "File:       " + (arguments_.output.empty() ? published.path : arguments_.output) + "\n";
    std::fputs(ForStdout(text).c_str(), stdout);
  }

  Context& context_;
  const ImportArguments& arguments_;
};

}  // namespace

void AddPeftCommands(CLI::App& app, Context& context) {
  CLI::App* exports = AddCommand(app, context, "export", "a program in another form", "Examples:\n  paw export peft triage ./triage-peft");
  exports->require_subcommand(1);
  CLI::App* to_peft = AddCommand(*exports, context, "peft", "write a program as a PEFT folder", kExportFooter);
  const auto out = std::make_shared<ExportArguments>();
  to_peft->add_option("REF", out->reference, "an alias, an id or a .paw file")->required()->type_name("");
  to_peft->add_option("OUT_DIR", out->folder, "the folder to write")->required()->type_name("");
  to_peft->add_option("--dtype", out->dtype, "of the tensors: bf16, f16 or f32")
      ->check(CLI::IsMember({"bf16", "f16", "f32"}))
      ->capture_default_str();
  to_peft->callback([&context, out] { context.action = [&context, out] { return Export(context, *out); }; });

  CLI::App* imports =
      AddCommand(app, context, "import", "a program out of another form", "Examples:\n  paw import peft ./my-lora --name mine");
  imports->require_subcommand(1);
  CLI::App* from_peft = AddCommand(*imports, context, "peft", "make a program of a PEFT folder", kImportFooter);
  const auto in = std::make_shared<ImportArguments>();
  from_peft->add_option("DIR", in->folder, "the folder")->required()->type_name("");
  from_peft->add_option("--base", in->base, "the base, by name or path")->type_name("NAME");
  from_peft->add_option("--template", in->template_path, "the prompt, in place of the folder's")->type_name("FILE");
  in->spec_given = from_peft->add_option("--spec", in->spec, "the specification, in place of the folder's")->type_name("TEXT");
  from_peft->add_option("--spec-file", in->spec_file, "the specification in a file")->type_name("FILE")->excludes(in->spec_given);
  from_peft->add_option("--name,--slug", in->alias, "an alias for the program")->type_name("ALIAS");
  from_peft->add_option("-o,--output", in->output, "also write the program to this file")->type_name("X.paw");
  from_peft
      ->add_option("--adapter-type", in->adapter_type,
                   "how the adapter is stored: q4_0, q5_0, q8_0 or f16; none: as meta.json says, else q4_0")
      ->check(CLI::IsMember({"q4_0", "q5_0", "q8_0", "f16"}))
      ->type_name("TYPE");
  from_peft->add_option("--threads", in->threads, "0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
  from_peft->callback([&context, in] { context.action = [&context, in] { return ImportCommand(context, *in).Run(); }; });
}

}  // namespace paw::cli
