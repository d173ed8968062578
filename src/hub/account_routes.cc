// auth/*: signing in to the page, who am I, a new key.
#include "hub/site.h"

namespace paw::hub {
namespace {

std::string SessionCookie(const Site& site, const std::string& session, int seconds) {
  return "paw_session=" + session + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds) +
         (site.options.public_url.starts_with("https://") ? "; Secure" : "");
}

// What the page says of this server to that caller.
Json ServerFacts(const Site& site, bool signed_in) {
  return {{"name", "paw"},
          {"version", std::string(site.version)},
          {"public_url", site.options.public_url},
          {"anonymous", site.options.require_key ? "none" : "full"},
          {"compile_limit_per_hour", signed_in ? site.options.compiles_per_hour : site.options.anonymous_compiles_per_hour}};
}

Outcome SignIn(Site& site, Request& request) {
  const Json& body = request.json;
  const std::string key = PAW_TRY(GetString(body, "key", "the request"));
  const auto caller = PAW_TRY(site.accounts->WhoHasKey(key));
  if (!caller) return HubError{401, "invalid_key", "the key: found one that is unknown, expired or revoked, expected a key of this server"};
  const std::string session = PAW_TRY(site.accounts->OpenSession(*caller));
  Response response = JsonResponse({{"user", PAW_TRY(site.accounts->Describe(*caller))}, {"server", ServerFacts(site, true)}});
  response.With("Set-Cookie", SessionCookie(site, session, static_cast<int>(kSessionSeconds)));
  return response;
}

Outcome SignOut(Site& site, Request& request) {
  const std::string_view cookies = request.Header("cookie");
  if (const std::size_t at = cookies.find("paw_session="); at != std::string_view::npos) {
    const std::string_view value = cookies.substr(at + 12);
    PAW_TRY(site.accounts->CloseSession(std::string(value.substr(0, value.find(';')))));
  }
  Response response = JsonResponse({{"user", nullptr}, {"server", ServerFacts(site, false)}});
  response.With("Set-Cookie", SessionCookie(site, "", 0));
  return response;
}

Outcome WhoAmI(Site& site, Request& request) {
  Json user;
  if (request.caller.signed_in()) user = PAW_TRY(site.accounts->Describe(request.caller));
  return JsonResponse({{"user", user}, {"server", ServerFacts(site, request.caller.signed_in())}});
}

Outcome RotateKey(Site& site, Request& request) {
  if (!request.caller.signed_in()) return SignInRequired("a new key");
  const NewKey made = PAW_TRY(site.accounts->RotateKey(request.caller.user_id, request.caller.key_id));
  Caller caller = request.caller;
  caller.key_id = made.key_id;
  return JsonResponse({{"key", made.key}, {"user", PAW_TRY(site.accounts->Describe(caller))}});
}

}  // namespace

void AddAccountRoutes(Router& router, Site& site) {
  router.Add("POST", "/api/v1/auth/session", [&site](Request& request) { return SignIn(site, request); });
  router.OpenToAll();
  router.Add("DELETE", "/api/v1/auth/session", [&site](Request& request) { return SignOut(site, request); });
  router.OpenToAll();
  router.Add("GET", "/api/v1/auth/me", [&site](Request& request) { return WhoAmI(site, request); });
  router.OpenToAll();
  router.Add("POST", "/api/v1/auth/rotate-key", [&site](Request& request) { return RotateKey(site, request); });
}

}  // namespace paw::hub
