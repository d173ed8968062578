// Metrics: what a hub did, in the text format that Prometheus reads.
//
// Thread rule: from any thread. Owner: the Hub. Source: Prometheus text exposition format 0.0.4. A histogram a program: those beyond
// kProgramsMax go under "other", so that a hub of many programs stays readable.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace paw::hub {

// Seconds; the last bucket is +Inf.
inline constexpr std::array<double, 12> kLatencyBounds = {0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30};

class Metrics {
 public:
  static constexpr std::size_t kProgramsMax = 500;

  void CountRequest(const std::string& route, int status, double seconds);
  void CountCall(const std::string& program_id, double seconds, std::int64_t tokens_in, std::int64_t tokens_out);
  void CountFailedCall(const std::string& program_id);

  // With gauges that others measure: (name and labels, value).
  std::string Text(const std::vector<std::pair<std::string, double>>& gauges) const;

 private:
  struct Histogram {
    std::array<std::int64_t, kLatencyBounds.size() + 1> buckets{};
    double sum = 0;
    std::int64_t count = 0;
    void Add(double seconds);
  };
  static void Write(std::string& text, const std::string& name, const std::string& label, const Histogram& histogram);
  const std::string& NameOf(const std::string& program_id) const;

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::int64_t> requests_;
  std::map<std::string, Histogram> routes_, programs_;
  std::map<std::string, std::int64_t> failed_;
  std::int64_t tokens_in_ = 0, tokens_out_ = 0;
};

}  // namespace paw::hub
