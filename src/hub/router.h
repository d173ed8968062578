// Router: which handler answers a method and a path.
//
//   router.Add("GET", "/api/v1/programs/{ref*}/versions", handler);
//
// A pattern's segments: a literal, {name} (one segment), {name*} (one or two: "triage", "me/triage", "me%2Ftriage"). Patterns are tried in
// the order in which they were added, literal ones first where they could both match. A segment is decoded after the path was split, so an
// encoded slash stays inside its value. Nothing here touches a file: a path is only ever compared.
//
// Thread rule: const after the last Add. Errors: 404 for no pattern, 405 with Allow for another method, 400 for a broken escape.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hub/error.h"
#include "hub/exchange.h"

namespace paw::hub {

using Handler = std::function<Outcome(Request&)>;

struct Route {
  std::string method, pattern;
  std::vector<std::string> segments;
  Handler handler;
  std::size_t body_bytes_max = 0;  // of a request
  bool json = true;                // the body is an object, parsed before the handler is called
  bool open_to_all = false;        // also where the hub wants a key of everybody (HubOptions::require_key)
};

inline constexpr std::size_t kSmallBodyBytesMax = 1 << 20;

class Router {
 public:
  Route& Add(std::string_view method, std::string_view pattern, Handler handler, std::size_t body_bytes_max = kSmallBodyBytesMax);
  // The route added last reads the body's bytes itself.
  void TakesBytes() { routes_.back().json = false; }
  // The route added last is open to all.
  void OpenToAll() { routes_.back().open_to_all = true; }

  struct Match {
    const Route* route;
    std::vector<std::string> values;
  };
  // HEAD is answered by the route of GET.
  std::variant<Match, HubError> Find(std::string_view method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace paw::hub
