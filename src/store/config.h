// Config: what the user's environment and configuration file say. Precedence as in the official SDK: environment > file > default.
//
//   ~/.config/programasweights/config.json   {"api_url": "...", "api_key": "..."}; unknown keys are ignored
//                                            mode 0600, because of the key
//   PAW_CACHE_DIR PAW_OFFLINE PAW_QUIET PAW_API_URL PAW_API_KEY PAW_GPU_LAYERS PAW_PIP
//
// Thread rule: a plain value. Errors: kRefused for a malformed file (one line that names it), kUsage for a malformed variable.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fs/fs.h"
#include "paw/status.h"

namespace paw {

// The value of a variable, nullopt when it is not set. An empty value counts as not set everywhere in paw.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment ProcessEnvironment();

struct Config {
  std::string config_dir;  // ~/.config/programasweights, the official SDK's; empty where there is no HOME
  std::string cache_dir;   // PAW_CACHE_DIR, else $XDG_CACHE_HOME/paw, else ~/.cache/paw: not the official SDK's folder
  bool offline = false;    // PAW_OFFLINE: 1, true or yes in any case
  bool quiet = false;      // PAW_QUIET: exactly 1, true or yes
  std::string api_url = "https://programasweights.com";
  std::string api_key;                                      // empty = none
  std::int32_t gpu_layers = -1;                             // PAW_GPU_LAYERS; -1 = all
  std::vector<std::string> pip = {"python3", "-m", "pip"};  // PAW_PIP, split at spaces
};

Result<Config> LoadConfig(Fs& fs, const Environment& environment);

// Puts the key, and the address where one is given, into the file in `config_dir`; what else it says stays. The path of the file.
Result<std::string> SaveLogin(Fs& fs, const std::string& config_dir, const std::string& api_key, const std::optional<std::string>& api_url);

}  // namespace paw
