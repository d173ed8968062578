// Options: the command line of a measurement program: places in order under "0", "1", ..., and --name VALUE.
//
// Thread rule: a plain value. Errors: nullopt for another number of places, or a name that has no default.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace paw {

using Options = std::map<std::string, std::string>;

// `defaults`: every name that is allowed, with its value where it is not given.
inline std::optional<Options> ReadOptions(int argc, char** argv, int places, Options defaults) {
  Options options = std::move(defaults);
  int place = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (!word.starts_with("--")) {
      options[std::to_string(place++)] = word;
      continue;
    }
    const auto named = options.find(word.substr(2));
    if (named == options.end() || i + 1 == argc) return std::nullopt;
    named->second = argv[++i];
  }
  if (place != places) return std::nullopt;
  return options;
}

}  // namespace paw
