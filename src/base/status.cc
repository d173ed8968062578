#include "paw/status.h"

namespace paw {

std::string_view CodeName(Code code) {
  switch (code) {
    case Code::kOk:
      return "ok";
    case Code::kFailed:
      return "failed";
    case Code::kNotFound:
      return "not_found";
    case Code::kUnavailable:
      return "unavailable";
    case Code::kUsage:
      return "usage";
    case Code::kRefused:
      return "refused";
    case Code::kInterrupted:
      return "interrupted";
    case Code::kUnimplemented:
      return "unimplemented";
    case Code::kInternal:
      return "internal";
  }
  return "internal";
}

int ExitCodeOf(Code code) {
  switch (code) {
    case Code::kOk:
      return 0;
    case Code::kUsage:
      return 2;
    case Code::kRefused:
      return 3;
    case Code::kInterrupted:
      return 130;
    default:
      return 1;
  }
}

Status Status::WithContext(std::string_view context) const {
  if (ok()) return *this;
  std::string message(context);
  message += ": ";
  message += message_;
  return Status(code_, std::move(message));
}

}  // namespace paw
