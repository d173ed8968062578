#include "store/config.h"

#include <cstdlib>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "fs/path.h"

namespace paw {
namespace {

std::optional<std::string> NonEmpty(const Environment& environment, const std::string& name) {
  std::optional<std::string> value = environment(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

Result<std::string> CacheFolder(const Environment& environment) {
  if (const auto folder = NonEmpty(environment, "PAW_CACHE_DIR")) return *folder;
  // The XDG specification has relative paths ignored.
  if (const auto folder = NonEmpty(environment, "XDG_CACHE_HOME"); folder && folder->starts_with('/')) return JoinPath(*folder, "paw");
  if (const auto home = NonEmpty(environment, "HOME")) return JoinPath(*home, ".cache/paw");
  return Usage("finding the cache folder: found neither PAW_CACHE_DIR nor HOME in the environment, expected one of them");
}

constexpr std::string_view kConfigFile = "config.json";

// An empty object where there is no file.
Result<Json> ReadConfigFile(Fs& fs, const std::string& path) {
  const Result<std::string> text = fs.ReadText(path, kConfigBytesMax);
  if (text.code() == Code::kNotFound) return Json::object();
  if (!text.ok()) return text.status();
  const std::string what = "reading " + Printable(path, kPathBytesMax);
  Json object = PAW_TRY(ParseJson(*text, what, kConfigBytesMax));
  if (!object.is_object()) return Refused(what + ": found " + std::string(JsonTypeName(object)) + ", expected an object");
  return object;
}

Status TakeConfigFile(Fs& fs, const std::string& path, Config& config) {
  const std::string what = "reading " + Printable(path, kPathBytesMax);
  const Json object = PAW_TRY(ReadConfigFile(fs, path));
  config.api_url = PAW_TRY(FindString(object, "api_url", what)).value_or(config.api_url);
  config.api_key = PAW_TRY(FindString(object, "api_key", what)).value_or(config.api_key);
  return Ok();
}

bool IsYes(std::string_view value) { return value == "1" || value == "true" || value == "yes"; }

}  // namespace

Environment ProcessEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Result<Config> LoadConfig(Fs& fs, const Environment& environment) {
  Config config;
  config.cache_dir = PAW_TRY(CacheFolder(environment));
  if (const auto home = NonEmpty(environment, "HOME")) {
    config.config_dir = JoinPath(*home, ".config/programasweights");
    PAW_TRY(TakeConfigFile(fs, JoinPath(config.config_dir, kConfigFile), config));
  }
  if (const auto url = NonEmpty(environment, "PAW_API_URL")) config.api_url = *url;
  if (const auto key = NonEmpty(environment, "PAW_API_KEY")) config.api_key = *key;
  config.offline = IsYes(LowerAscii(NonEmpty(environment, "PAW_OFFLINE").value_or("")));
  config.quiet = IsYes(NonEmpty(environment, "PAW_QUIET").value_or(""));
  if (const auto layers = NonEmpty(environment, "PAW_GPU_LAYERS")) {
    const std::int64_t number = PAW_TRY(ParseInt(*layers, "PAW_GPU_LAYERS"));
    if (number < -1 || number > kLayersMax) {
      return Usage("PAW_GPU_LAYERS: found " + std::to_string(number) + ", expected -1 (all) to " + std::to_string(kLayersMax));
    }
    config.gpu_layers = static_cast<std::int32_t>(number);
  }
  if (const auto pip = NonEmpty(environment, "PAW_PIP")) {
    config.pip.clear();
    for (const std::string_view word : Split(*pip, ' ')) {
      if (!word.empty()) config.pip.emplace_back(word);
    }
    if (config.pip.empty()) return Usage("PAW_PIP: found only spaces, expected a command");
  }
  return config;
}

Result<std::string> SaveLogin(Fs& fs, const std::string& config_dir, const std::string& api_key,
                              const std::optional<std::string>& api_url) {
  if (config_dir.empty()) return Usage("storing a key: found no HOME in the environment, expected one");
  const std::string path = JoinPath(config_dir, kConfigFile);
  Json object = PAW_TRY(ReadConfigFile(fs, path));
  object["api_key"] = api_key;
  if (api_url) object["api_url"] = *api_url;
  PAW_TRY(fs.MakeFolders(config_dir));
  PAW_TRY(fs.PublishPrivateFile(path, WriteJsonIndented(object)));
  return path;
}

}  // namespace paw
