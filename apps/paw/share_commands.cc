// paw publish and paw pull: programs to a hub and from one, signed.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "api/workspace.h"
#include "apps/paw/hub_session.h"
#include "apps/paw/signature_view.h"
#include "apps/paw/terminal.h"
#include "base/sha256.h"
#include "fs/posix_fs.h"
#include "hubclient/pull.h"

namespace paw::cli {
namespace {

constexpr const char* kPublishFooter =
    "The program is signed with your key, which is made at the first use (~/.config/programasweights/paw_signing_key.json, readable by "
    "you\n"
    "alone). One that somebody else signed keeps their signature. The specification and its examples in the prompt are part of a program:\n"
    "publish nothing that must stay private.\n"
    "\n"
    "Examples:\n"
    "  paw publish triage --slug triage\n"
    "  paw publish ./triage.paw --slug triage --tag ops --tag alerts --name \"Alert triage\"\n"
    "  paw publish triage --slug triage --private --json";
constexpr const char* kPullFooter =
    "REF is SLUG, USER/SLUG or a program id; @vN names one version. The archive is held to the digest that the hub states and to its "
    "signature:\n"
    "an invalid one is refused, one by another key than the first time too. An interrupted pull goes on where it was.\n"
    "\n"
    "Examples:\n"
    "  paw pull ada/triage\n"
    "  paw pull ada/triage@v2 --name triage-two\n"
    "  paw pull ada/triage --require-signature      (only of a key that you trust: paw trust add)";

nlohmann::json OrNull(const std::string& text) { return text.empty() ? nlohmann::json() : nlohmann::json(text); }

struct PublishArguments {
  HubArguments hub;
  std::string reference, publisher;
  HubPublication publication;
  bool is_private = false;
};

// The bytes to be published and who signed them.
struct Parcel {
  std::vector<std::byte> archive;
  SignatureView signature;
};

class PublishCommand {
 public:
  PublishCommand(Context& context, PublishArguments& arguments) : context_(context), arguments_(arguments) {}

  Status Run() {
    PAW_TRY(CheckSlug(arguments_.publication.slug, /*with_user=*/false));
    arguments_.publication.is_public = !arguments_.is_private;
    const std::unique_ptr<HubSession> session = PAW_TRY(HubSession::Open(context_, arguments_.hub));
    const CancellableScope cancellable;
    const std::string user = PAW_TRY(UserOf(*session));
    auto workspace =
        PAW_TRY(Workspace::Open({context_.cache_dir, "", EngineKind::kNative, 0, context_.offline, OfficialCacheOf(context_)}));
    const FoundProgram found = PAW_TRY(workspace->Find(arguments_.reference));
    const Parcel parcel = PAW_TRY(Pack(*session, found, arguments_.publisher.empty() ? user : arguments_.publisher));
    const HubPublished published = PAW_TRY(session->hub().Publish(parcel.archive, arguments_.publication));
    Print(published, parcel);
    return Ok();
  }

 private:
  static Result<std::string> UserOf(const HubSession& session) {
    if (session.config().api_key.empty()) {
      return Failed("publishing at " + session.hub().shown() + ": found no key, expected one; `paw login` stores it");
    }
    const Json me = PAW_TRY(session.hub().Me());
    const Json* user = FindMember(me, "user");
    const Json* name = user != nullptr ? FindMember(*user, "name") : nullptr;
    return name != nullptr && name->is_string() ? name->get<std::string>() : std::string();
  }

  Result<Parcel> Pack(HubSession& session, const FoundProgram& found, const std::string& publisher) {
    Parcel parcel;
    Bundle bundle = found.bundle;
    const SignatureFacts before = CheckSignature(bundle);
    if (before.state == SignatureState::kInvalid) return Refused("publishing " + arguments_.reference + ": " + before.problem);
    if (before.state == SignatureState::kNone && bundle.manifest.paw) {
      const SigningKey key = PAW_TRY(session.keyring().OwnKey());
      PAW_TRY(SignBundle(key, publisher, bundle));
    } else if (before.state == SignatureState::kNone) {
      context_.Warn("a program of the official compiler has no place for a signature: it is published unsigned");
    }
    parcel.signature = PAW_TRY(ViewSignature(bundle));
    // A file goes as it is where nothing was changed; what lies in a folder of the official cache becomes an archive.
    const FileFacts facts = PAW_TRY(PosixFs().Stat(found.path));
    const bool as_it_is = facts.kind == FileKind::kFile && parcel.signature.facts.key == before.key;
    if (as_it_is) {
      parcel.archive = PAW_TRY(PosixFs().Read(found.path, kArchiveBytesMax));
    } else {
      parcel.archive = PAW_TRY(WriteBundle(bundle));
    }
    return parcel;
  }

  void Print(const HubPublished& published, const Parcel& parcel) const {
    if (context_.json) {
      context_.PrintJson({{"program_id", published.program_id},
                          {"slug", published.slug},
                          {"version", published.version},
                          {"version_action", OrNull(published.version_action)},
                          {"digest", Sha256Hex(parcel.archive)},
                          {"bytes", parcel.archive.size()},
                          {"public", arguments_.publication.is_public},
                          {"signature", parcel.signature.Json()}});
      return;
    }
    std::string text = "Program ID: " + published.program_id + "\n";
    text += "Slug:       " + published.slug + "@v" + std::to_string(published.version) +
            (published.version_action.empty() ? "" : " (" + published.version_action + ")") + "\n";
    text += "Digest:     " + Sha256Hex(parcel.archive) + "\n";
    text += "Signature:  " + parcel.signature.Text() + "\n";
    text += "Fetch it:   paw pull " + published.slug + "\n";
    std::fputs(Harmless(text, true).c_str(), stdout);
  }

  Context& context_;
  PublishArguments& arguments_;
};

struct PullArguments {
  HubArguments hub;
  PullOptions pull;
};

class PullCommand {
 public:
  PullCommand(Context& context, PullArguments& arguments) : context_(context), arguments_(arguments), bar_(context.ShowProgress()) {}

  Status Run() {
    const std::unique_ptr<HubSession> session = PAW_TRY(HubSession::Open(context_, arguments_.hub));
    const std::unique_ptr<Store> store = PAW_TRY(Store::Open(PosixFs(), StoreOptionsFrom(session->config())));
    const CancellableScope cancellable;
    arguments_.pull.progress = [this](const ProgressEvent& event) {
      bar_.Update("pull " + arguments_.pull.reference, event.done, event.total, HumanBytes(event.done));
    };
    const auto pulled = PullProgram(session->hub(), PosixFs(), *store, session->keyring(), arguments_.pull);
    bar_.Clear();
    if (!pulled.ok()) return pulled.status();
    Print(*pulled);
    if (!pulled->kept_by.empty()) {
      context_.Warn("the alias " + pulled->kept_by + " names another program here and stays; --name gives this one an alias");
    }
    const auto base = store->FindBaseOf(*pulled->entry.manifest, {.progress = {}, .cancel = context_.cancel});
    if (base.code() == Code::kNotFound) context_.Say("paw: " + base.message());
    return Ok();
  }

 private:
  void Print(const PulledProgram& pulled) const {
    const SignatureView signature = {pulled.verdict.signature, pulled.verdict.trusted_as};
    const ProgramEntry& entry = pulled.entry;
    const std::string id = entry.manifest->program_id;
    if (context_.json) {
      context_.PrintJson({{"program_id", id},
                          {"slug", OrNull(pulled.found.slug)},
                          {"version", pulled.found.version > 0 ? nlohmann::json(pulled.found.version) : nlohmann::json()},
                          {"digest", entry.digest},
                          {"path", entry.path},
                          {"bytes", entry.bytes},
                          {"alias", OrNull(pulled.alias)},
                          {"was_here", pulled.was_here},
                          {"signature", signature.Json()}});
      return;
    }
    std::string text = "Program ID: " + id + "\n";
    if (!pulled.found.slug.empty()) {
      text += "Slug:       " + pulled.found.slug + (pulled.found.version > 0 ? "@v" + std::to_string(pulled.found.version) : "") + "\n";
    }
    text += "Digest:     " + entry.digest + (pulled.was_here ? " (was here)" : "") + "\n";
    text += "Signature:  " + signature.Text() + "\n";
    text += "Run it:     paw run " + (pulled.alias.empty() ? id : pulled.alias) + " \"...\"\n";
    std::fputs(Harmless(text, true).c_str(), stdout);
  }

  Context& context_;
  PullArguments& arguments_;
  ProgressBar bar_;
};

void AddPublishCommand(CLI::App& app, Context& context) {
  CLI::App* command = AddCommand(app, context, "publish", "sign a program and put it on a hub", kPublishFooter);
  const auto arguments = std::make_shared<PublishArguments>();
  PublishArguments& a = *arguments;
  command->add_option("REF", a.reference, "an alias, an id or a .paw file")->required()->type_name("");
  command->add_option("--slug", a.publication.slug, "its name on the hub: 2 to 50 of a-z, 0-9 and -")->required();
  command->add_option("--name", a.publication.name, "a title for people");
  command->add_option("--tag", a.publication.tags, "up to five words to find it by")->expected(1)->take_all();
  command->add_flag("--private", a.is_private, "for you alone");
  command->add_option("--publisher", a.publisher, "your name in the signature, else the one that the hub knows you by")->type_name("NAME");
  AddOfficialCacheOption(*command, context);
  AddHubOptions(*command, context, a.hub);
  command->callback([&context, arguments] {
    context.action = [&context, arguments] {
      const Status status = PublishCommand(context, *arguments).Run();
      return status.ok() ? 0 : context.Fail(status, {{"program", arguments->reference}});
    };
  });
}

void AddPullCommand(CLI::App& app, Context& context) {
  CLI::App* command = AddCommand(app, context, "pull", "fetch a program from a hub", kPullFooter);
  const auto arguments = std::make_shared<PullArguments>();
  PullArguments& a = *arguments;
  command->add_option("REF", a.pull.reference, "SLUG, USER/SLUG or an id, with or without @vN")->required()->type_name("");
  command->add_option("--name", a.pull.alias, "the alias it gets here, else its slug where that is free")->type_name("ALIAS");
  command->add_flag("--require-signature", a.pull.policy.require_signature, "refuse what no trusted key has signed");
  command->add_flag("--accept-new-key", a.pull.policy.accept_new_key, "take it although its key is not that of the first pull");
  AddHubOptions(*command, context, a.hub);
  command->callback([&context, arguments] {
    context.action = [&context, arguments] {
      const Status status = PullCommand(context, *arguments).Run();
      return status.ok() ? 0 : context.Fail(status, {{"program", arguments->pull.reference}});
    };
  });
}

}  // namespace

void AddShareCommands(CLI::App& app, Context& context) {
  AddPublishCommand(app, context);
  AddPullCommand(app, context);
}

}  // namespace paw::cli
