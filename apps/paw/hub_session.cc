#include "apps/paw/hub_session.h"

#include "fs/posix_fs.h"

namespace paw::cli {

void AddHubOptions(CLI::App& command, Context& context, HubArguments& arguments) {
  AddHubAddressOptions(command, context);
  command.add_flag("--offline", arguments.offline, "fail rather than touch a network (also PAW_OFFLINE=1)")->group("Global options");
  command.add_flag("--insecure", arguments.insecure, "let the key go unencrypted to another machine")->group("Global options");
}

Result<Config> ConfigOf(const Context& context, bool offline) {
  Config config = PAW_TRY(LoadConfig(PosixFs(), ProcessEnvironment()));
  if (!context.cache_dir.empty()) config.cache_dir = context.cache_dir;
  if (!context.api_url.empty()) config.api_url = context.api_url;
  if (!context.api_key.empty()) config.api_key = context.api_key;
  config.offline = config.offline || context.offline || offline;
  return config;
}

Result<std::unique_ptr<HubSession>> HubSession::Open(Context& context, const HubArguments& arguments) {
  std::unique_ptr<HubSession> session(new HubSession());
  session->config_ = PAW_TRY(ConfigOf(context, arguments.offline));
  const Config& config = session->config_;
  session->http_ = PAW_TRY(OpenHttp());
  HubOptions options;
  options.url = config.api_url;
  options.key = config.api_key;
  options.offline = config.offline;
  options.insecure = arguments.insecure;
  options.cancel = context.cancel;
  options.on_wait = [&context](const std::string& line) { context.Say("paw: " + line); };
  session->hub_ = std::make_unique<HubClient>(PAW_TRY(HubClient::Open(*session->http_, PosixFs(), options)));
  if (const std::string warning = session->hub_->KeyWarning(); !warning.empty()) context.Warn(warning);
  session->keyring_ = std::make_unique<Keyring>(PosixFs(), config.config_dir);
  return session;
}

}  // namespace paw::cli
