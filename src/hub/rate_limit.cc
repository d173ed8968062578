#include "hub/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace paw::hub {
namespace {

constexpr double kHour = 3600;
constexpr std::size_t kBucketsBeforeSweep = 10'000;

}  // namespace

RateLimit::Verdict RateLimit::Take(const std::string& caller, std::int64_t per_hour, double now) {
  if (per_hour <= 0) return {true, 0, 0, 0};
  const std::lock_guard lock(mutex_);
  if (buckets_.size() > kBucketsBeforeSweep) {
    std::erase_if(buckets_, [&](const auto& one) { return now - one.second.at > kHour; });
  }
  const auto most = static_cast<double>(per_hour);
  const auto [place, added] = buckets_.try_emplace(caller, Bucket{most, now});
  Bucket& bucket = place->second;
  bucket.left = std::min(most, bucket.left + (now - bucket.at) * most / kHour);
  bucket.at = now;
  if (bucket.left < 1) return {false, per_hour, 0, static_cast<int>(std::ceil((1 - bucket.left) * kHour / most))};
  bucket.left -= 1;
  return {true, per_hour, static_cast<std::int64_t>(bucket.left), 0};
}

}  // namespace paw::hub
