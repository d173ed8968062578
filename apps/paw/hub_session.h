// What the commands that speak to a hub share: their options, the configuration they follow, the way to the hub.
//
// Precedence of the address and the key: --api-url and --api-key, then PAW_API_URL and PAW_API_KEY, then the configuration file, then the
// official hub without a key.
//
// Thread rule: one thread. The key is in no message and no output.
#pragma once

#include <memory>
#include <string>

#include "apps/paw/command.h"
#include "hubclient/hub_client.h"
#include "net/http.h"
#include "store/config.h"
#include "store/keyring.h"

namespace paw::cli {

struct HubArguments {
  bool offline = false, insecure = false;
};

// --api-url, --api-key, --offline and --insecure.
void AddHubOptions(CLI::App& command, Context& context, HubArguments& arguments);

// The configuration, with what the command line says in its place.
Result<Config> ConfigOf(const Context& context, bool offline);

class HubSession {
 public:
  // kUnavailable when offline, before anything is opened. Warns of a key that goes unencrypted.
  static Result<std::unique_ptr<HubSession>> Open(Context& context, const HubArguments& arguments);

  const HubClient& hub() const { return *hub_; }
  const Config& config() const { return config_; }
  Keyring& keyring() { return *keyring_; }

 private:
  HubSession() = default;

  Config config_;
  std::unique_ptr<Http> http_;
  std::unique_ptr<HubClient> hub_;
  std::unique_ptr<Keyring> keyring_;
};

// `paw info --remote`: what the hub says of a program.
int PrintHubInfo(Context& context, const HubArguments& arguments, const std::string& reference);

}  // namespace paw::cli
