#include "hub/error.h"

#include <algorithm>

#include "base/text.h"

namespace paw::hub {

HubError BadRequest(std::string message) { return {400, "bad_request", std::move(message)}; }
HubError SignInRequired(std::string what) {
  return {401,
          "sign_in_required",
          std::move(what) + ": found no key, expected one in X-API-Key",
          std::nullopt,
          {{"WWW-Authenticate", "Bearer"}}};
}
HubError Forbidden(std::string message) { return {403, "forbidden", std::move(message)}; }
HubError Missing(std::string what) { return {404, "not_found", std::move(what) + " not found"}; }
HubError Conflict(std::string code, std::string message) { return {409, std::move(code), std::move(message)}; }
HubError Invalid(std::string message) { return {422, "invalid", std::move(message)}; }
HubError Busy(std::string message, int retry_after) { return {503, "overloaded", std::move(message), retry_after}; }

HubError ErrorOf(const Status& status) {
  const std::string& message = status.message();
  switch (status.code()) {
    case Code::kNotFound:
      return {404, "not_found", "not found: " + message};
    case Code::kUsage:
    case Code::kRefused:
      return Invalid(message);
    case Code::kUnavailable: {
      const std::string lower = LowerAscii(message);
      const bool disk = lower.find("no space") != std::string::npos || lower.find("disk is full") != std::string::npos ||
                        lower.find("disk full") != std::string::npos || lower.find("quota") != std::string::npos;
      if (disk) return {507, "disk_full", message};
      return Busy(message, 1);
    }
    case Code::kInterrupted:
      return Busy(message, 1);
    case Code::kUnimplemented:
      return {501, "unimplemented", message};
    default:
      return {500, "internal", message};
  }
}

Response ResponseOf(const HubError& error, const std::string& request_id) {
  const std::string message = Printable(error.message, 2000);
  Response response =
      JsonResponse({{"error", error.code}, {"message", message}, {"detail", message}, {"request_id", request_id}}, error.status);
  response.headers = error.headers;
  if (error.retry_after) response.With("Retry-After", std::to_string(std::max(1, *error.retry_after)));
  return response;
}

void DressForOpenAi(Response& response) {
  if (response.status < 400) return;
  auto body = ParseJson(response.body, "an error");
  if (!body.ok() || !body->is_object() || !body->contains("error") || !(*body)["error"].is_string()) return;
  const char* type = response.status == 401   ? "authentication_error"
                     : response.status == 429 ? "rate_limit_error"
                     : response.status >= 500 ? "server_error"
                                              : "invalid_request_error";
  const Json error = {{"message", (*body)["message"]}, {"type", type}, {"param", nullptr}, {"code", (*body)["error"]}};
  response.body = WriteJson({{"error", error}, {"detail", (*body)["detail"]}, {"request_id", (*body)["request_id"]}});
}

Outcome::Outcome(const Status& failure) : value_(ErrorOf(failure)) {}

Response Outcome::Finish(const std::string& request_id) && {
  if (const HubError* error = std::get_if<HubError>(&value_)) return ResponseOf(*error, request_id);
  return std::get<Response>(std::move(value_));
}

}  // namespace paw::hub
