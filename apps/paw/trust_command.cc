// paw trust add|list|rm: the publishers whose signatures this user trusts.
#include <cstdio>
#include <memory>
#include <string>

#include "apps/paw/command.h"
#include "apps/paw/terminal.h"
#include "fs/posix_fs.h"
#include "store/config.h"
#include "store/keyring.h"

namespace paw::cli {
namespace {

constexpr const char* kFooter =
    "A published program is signed with the publisher's key (Ed25519). `paw info REF` shows the key of a program. Ask its owner whether "
    "that is\n"
    "theirs before you trust it; `paw pull --require-signature` then takes programs of trusted keys alone.\n"
    "\n"
    "Examples:\n"
    "  paw trust add d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a --name Ada\n"
    "  paw trust list\n"
    "  paw trust rm Ada";

Result<Keyring> OpenKeyring() {
  const Config config = PAW_TRY(LoadConfig(PosixFs(), ProcessEnvironment()));
  return Keyring(PosixFs(), config.config_dir);
}

int Add(Context& context, const std::string& key, const std::string& name) {
  const auto work = [&]() -> Status {
    Keyring keyring = PAW_TRY(OpenKeyring());
    return keyring.Trust(key, name);
  };
  if (const Status status = work(); !status.ok()) return context.Fail(status);
  if (context.json) {
    context.PrintJson({{"key", key}, {"name", name}});
  } else {
    context.Say("trusted: " + (name.empty() ? key : name));
  }
  return 0;
}

int List(Context& context) {
  std::string own;
  const auto work = [&]() -> Result<std::map<std::string, std::string>> {
    Keyring keyring = PAW_TRY(OpenKeyring());
    own = PAW_TRY(keyring.OwnPublicKey());
    return keyring.Trusted();
  };
  const auto trusted = work();
  if (!trusted.ok()) return context.Fail(trusted.status());
  if (context.json) {
    Json keys = Json::array();
    for (const auto& [key, name] : *trusted) keys.push_back({{"key", key}, {"name", name}});
    context.PrintJson({{"own_key", own.empty() ? Json() : Json(own)}, {"trusted", keys}});
    return 0;
  }
  std::string text = own.empty() ? "" : own + "  you\n";
  for (const auto& [key, name] : *trusted) text += key + "  " + name + "\n";
  std::fputs(Harmless(text, true).c_str(), stdout);
  if (text.empty()) context.Say("nobody yet: `paw trust add KEY --name NAME`");
  return 0;
}

int Remove(Context& context, const std::string& key_or_name) {
  const auto work = [&]() -> Result<std::string> {
    Keyring keyring = PAW_TRY(OpenKeyring());
    return keyring.Forget(key_or_name);
  };
  const auto key = work();
  if (!key.ok()) return context.Fail(key.status());
  if (context.json) {
    context.PrintJson({{"removed", *key}});
  } else {
    context.Say("no longer trusted: " + *key);
  }
  return 0;
}

}  // namespace

void AddTrustCommand(CLI::App& app, Context& context) {
  struct Arguments {
    std::string key, name;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* trust = AddCommand(app, context, "trust", "the publishers whose signatures you trust", kFooter);
  trust->require_subcommand(1);
  CLI::App* add = AddCommand(*trust, context, "add", "trust a publisher's key", kFooter);
  add->add_option("KEY", arguments->key, "64 hex digits")->required()->type_name("");
  add->add_option("--name", arguments->name, "whose key it is, as you call them");
  add->callback(
      [&context, arguments] { context.action = [&context, arguments] { return Add(context, arguments->key, arguments->name); }; });
  CLI::App* list = AddCommand(*trust, context, "list", "the trusted keys, and your own", kFooter);
  list->callback([&context] { context.action = [&context] { return List(context); }; });
  CLI::App* remove = AddCommand(*trust, context, "rm", "trust a key no longer", kFooter);
  remove->add_option("KEY", arguments->key, "the key, its first 8 or more digits, or its name")->required()->type_name("");
  remove->callback([&context, arguments] { context.action = [&context, arguments] { return Remove(context, arguments->key); }; });
}

}  // namespace paw::cli
