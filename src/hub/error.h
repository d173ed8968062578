// HubError: why a request was not done, as the wire says it. One body serves both shapes that clients read:
//
//   {"error": "not_found", "message": "program not found: ...", "detail": "program not found: ...", "request_id": "..."}
//
// A handler returns an Outcome: a Response, a HubError, or a Status of the library, which becomes a HubError by its code (so PAW_TRY works).
// Thread rule: plain values. Source: the official client (client.py: `detail` with "not found" ends a download at once; errors.py).
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "hub/exchange.h"
#include "paw/status.h"

namespace paw::hub {

struct HubError {
  int status = 500;
  std::string code;                               // "not_found": stable, for programs
  std::string message;                            // one line, for people
  std::optional<int> retry_after = std::nullopt;  // seconds
  std::vector<std::pair<std::string, std::string>> headers = {};
};

HubError BadRequest(std::string message);                  // 400 bad_request
HubError SignInRequired(std::string what);                 // 401 sign_in_required
HubError Forbidden(std::string message);                   // 403 forbidden
HubError Missing(std::string what);                        // 404 not_found: "what not found"
HubError Conflict(std::string code, std::string message);  // 409
HubError Invalid(std::string message);                     // 422 invalid
HubError Busy(std::string message, int retry_after);       // 503 overloaded

// A failure of the library: not_found 404, usage and refused 422, unavailable 503 or, where the disk is full, 507, the rest 500.
HubError ErrorOf(const Status& status);

// What a handler comes back with.
class Outcome {
 public:
  Outcome(Response response) : value_(std::move(response)) {}  // NOLINT: implicit on purpose
  Outcome(HubError error) : value_(std::move(error)) {}        // NOLINT: implicit on purpose
  Outcome(const Status& failure);                              // NOLINT: implicit on purpose

  // The reply, an error with the id of its request.
  Response Finish(const std::string& request_id) &&;

 private:
  std::variant<Response, HubError> value_;
};

// The same error as clients of OpenAI's interface read it: {"error": {"message", "type", "param", "code"}}.
void DressForOpenAi(Response& response);

// The reply of an error, with the id of its request.
Response ResponseOf(const HubError& error, const std::string& request_id);

}  // namespace paw::hub
