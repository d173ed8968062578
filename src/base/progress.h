// Progress of a long job: the library calls, the app draws a bar or writes a JSON line.
//
// Thread rule: called from the thread that runs the job. The views live for the call only. An empty ProgressFn is allowed everywhere.
#pragma once

#include <functional>
#include <string_view>

namespace paw {

struct ProgressEvent {
  std::string_view stage;  // "training", "base download", ...
  double done = 0;         // in the unit of `total`
  double total = 0;        // 0 = unknown
  std::string_view note;   // one short line for people: "loss 0.31"
};

using ProgressFn = std::function<void(const ProgressEvent&)>;

inline void Report(const ProgressFn& progress, std::string_view stage, double done, double total, std::string_view note = {}) {
  if (progress) progress(ProgressEvent{stage, done, total, note});
}

}  // namespace paw
