// paw pack, paw unpack: a mapper program as its coefficients, and back.
#include <cstdio>
#include <memory>
#include <string>

#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/terminal.h"
#include "base/limits.h"
#include "base/text.h"
#include "bundle/packed.h"
#include "fs/posix_fs.h"

namespace paw::cli {
namespace {

struct Arguments {
  std::string source, output, name;
  int threads = 0;
  bool coefficients = false;
};

JobOptions JobOf(const Context& context) {
  JobOptions job;
  job.cancel = context.cancel;
  return job;
}

int PackOne(Context& context, const Arguments& arguments) {
  const CancellableScope cancellable;
  const auto work = [&]() -> Result<Json> {
    auto workspace = PAW_TRY(Workspace::Open({context.cache_dir, "", EngineKind::kNative, arguments.threads, context.offline}));
    PAW_TRY(workspace->CheckNames("", arguments.output));
    const FoundProgram found = PAW_TRY(workspace->Find(arguments.source));
    const PackedProgram packed = PAW_TRY(workspace->PackProgram(found.bundle, JobOf(context)));
    const std::vector<std::byte> archive = PAW_TRY(WritePacked(packed));
    PAW_TRY(PosixFs().PublishFile(arguments.output, archive));
    return Json{{"program_id", found.bundle.manifest.program_id},
                {"path", arguments.output},
                {"bytes", archive.size()},
                {"adapter_bytes", found.bundle.adapter_gguf.size()}};
  };
  const Result<Json> done = work();
  if (!done.ok()) return context.Fail(done.status(), {{"program", arguments.source}});
  if (context.json) {
    context.PrintJson(*done);
  } else {
    std::printf("%s: %s in the place of %s of adapter\n", Harmless(arguments.output, false).c_str(),
                HumanBytes((*done)["bytes"].get<double>()).c_str(), HumanBytes((*done)["adapter_bytes"].get<double>()).c_str());
  }
  return 0;
}

int UnpackOne(Context& context, const Arguments& arguments) {
  const CancellableScope cancellable;
  const auto work = [&]() -> Result<Json> {
    auto workspace = PAW_TRY(Workspace::Open({context.cache_dir, "", EngineKind::kNative, arguments.threads, context.offline}));
    PAW_TRY(workspace->CheckNames(arguments.name, arguments.output));
    const std::vector<std::byte> archive = PAW_TRY(PosixFs().Read(arguments.source, kArchiveBytesMax));
    PackedProgram packed = PAW_TRY(ReadPacked(archive, "reading " + Printable(arguments.source, kPathBytesMax)));
    const Bundle bundle = PAW_TRY(workspace->UnpackProgram(std::move(packed), JobOf(context)));
    const PublishedProgram published = PAW_TRY(workspace->Publish(bundle, arguments.name, arguments.output));
    return Json{{"program_id", bundle.manifest.program_id}, {"digest", published.digest}, {"path", published.path}};
  };
  const Result<Json> done = work();
  if (!done.ok()) return context.Fail(done.status(), {{"program", arguments.source}});
  if (context.json) {
    context.PrintJson(*done);
  } else {
    std::printf("Program ID: %s\nDigest:     %s\n", (*done)["program_id"].get<std::string>().c_str(),
                (*done)["digest"].get<std::string>().c_str());
  }
  return 0;
}

constexpr const char* kPackFooter =
    "A program that a mapper made without training differs from every other one of its compiler in a few thousand numbers. The file\n"
    "holds those, the prompt and meta.json; `paw unpack` gives back the same bytes on a machine that has the compiler (`paw compiler\n"
    "add`). A program that was trained cannot be packed.\n\n"
    "Examples:\n  paw pack --coefficients commits -o commits.pawc\n  paw unpack commits.pawc --name commits";
constexpr const char* kUnpackFooter =
    "The adapter must come out with the digest in meta.json, else nothing is written.\n\n"
    "Examples:\n  paw unpack commits.pawc --name commits\n  paw unpack commits.pawc -o commits.paw";

}  // namespace

void AddPackCommands(CLI::App& app, Context& context) {
  auto packing = std::make_shared<Arguments>();
  CLI::App* pack = AddCommand(app, context, "pack", "a mapper program as a file of a hundred kilobytes", kPackFooter);
  pack->add_option("REF", packing->source, "the program: an alias, an id or a .paw file")->required()->type_name("");
  pack->add_flag("--coefficients", packing->coefficients, "as the coefficients of its mapper (the only way so far)")->required();
  pack->add_option("-o,--output", packing->output, "the file to write")->required()->type_name("FILE");
  pack->add_option("--threads", packing->threads, "0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
  pack->callback([&context, packing] { context.action = [&context, packing] { return PackOne(context, *packing); }; });

  auto unpacking = std::make_shared<Arguments>();
  CLI::App* unpack = AddCommand(app, context, "unpack", "a packed program, whole again", kUnpackFooter);
  unpack->add_option("FILE", unpacking->source, "the packed program")->required()->type_name("");
  unpack->add_option("-o,--output", unpacking->output, "write the program to this file too")->type_name("FILE");
  unpack->add_option("--name", unpacking->name, "an alias for it")->type_name("NAME");
  unpack->add_option("--threads", unpacking->threads, "0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
  unpack->callback([&context, unpacking] { context.action = [&context, unpacking] { return UnpackOne(context, *unpacking); }; });
}

}  // namespace paw::cli
