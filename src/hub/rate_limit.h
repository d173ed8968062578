// RateLimit: so many of something an hour, for each of many callers.
//
// A bucket that fills evenly: after a pause all of an hour's may come at once, in the long run no more than the rate.
// Thread rule: from any thread. Owner: the Hub. Memory: callers whose bucket is full again are forgotten.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace paw::hub {

class RateLimit {
 public:
  struct Verdict {
    bool allowed = true;
    std::int64_t limit = 0, remaining = 0;
    int retry_after = 0;  // seconds until the next is allowed
  };
  // Takes one; `per_hour` 0: no limit. `now`: seconds, steady.
  Verdict Take(const std::string& caller, std::int64_t per_hour, double now);

 private:
  struct Bucket {
    double left = 0;
    double at = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace paw::hub
