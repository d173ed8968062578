#include "hub/metrics.h"

#include <cstdio>

namespace paw::hub {
namespace {

std::string Number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

void Head(std::string& text, const char* name, const char* type, const char* help) {
  text += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

}  // namespace

void Metrics::Histogram::Add(double seconds) {
  std::size_t bucket = 0;
  while (bucket < kLatencyBounds.size() && seconds > kLatencyBounds[bucket]) ++bucket;
  ++buckets[bucket];
  sum += seconds;
  ++count;
}

const std::string& Metrics::NameOf(const std::string& program_id) const {
  static const std::string other = "other";
  return programs_.contains(program_id) || programs_.size() < kProgramsMax ? program_id : other;
}

void Metrics::CountRequest(const std::string& route, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{route, status}];
  routes_[route].Add(seconds);
}

void Metrics::CountCall(const std::string& program_id, double seconds, std::int64_t tokens_in, std::int64_t tokens_out) {
  const std::lock_guard lock(mutex_);
  programs_[NameOf(program_id)].Add(seconds);
  tokens_in_ += tokens_in;
  tokens_out_ += tokens_out;
}

void Metrics::CountFailedCall(const std::string& program_id) {
  const std::lock_guard lock(mutex_);
  ++failed_[NameOf(program_id)];
}

void Metrics::Write(std::string& text, const std::string& name, const std::string& label, const Histogram& histogram) {
  std::int64_t below = 0;
  for (std::size_t i = 0; i < histogram.buckets.size(); ++i) {
    below += histogram.buckets[i];
    const std::string bound = i < kLatencyBounds.size() ? Number(kLatencyBounds[i]) : "+Inf";
    text += name + "_bucket{" + label + ",le=\"" + bound + "\"} " + std::to_string(below) + "\n";
  }
  text += name + "_sum{" + label + "} " + Number(histogram.sum) + "\n";
  text += name + "_count{" + label + "} " + std::to_string(histogram.count) + "\n";
}

std::string Metrics::Text(const std::vector<std::pair<std::string, double>>& gauges) const {
  const std::lock_guard lock(mutex_);
  std::string text;
  Head(text, "paw_requests_total", "counter", "Requests answered, by route and status.");
  for (const auto& [key, count] : requests_) {
    text += "paw_requests_total{route=\"" + key.first + "\",status=\"" + std::to_string(key.second) + "\"} " + std::to_string(count) + "\n";
  }
  Head(text, "paw_request_seconds", "histogram", "Time to answer a request.");
  for (const auto& [route, histogram] : routes_) Write(text, "paw_request_seconds", "route=\"" + route + "\"", histogram);
  Head(text, "paw_call_seconds", "histogram", "Time of a program's call.");
  for (const auto& [program, histogram] : programs_) Write(text, "paw_call_seconds", "program=\"" + program + "\"", histogram);
  Head(text, "paw_failed_calls_total", "counter", "Calls that gave an error.");
  for (const auto& [program, count] : failed_) {
    text += "paw_failed_calls_total{program=\"" + program + "\"} " + std::to_string(count) + "\n";
  }
  Head(text, "paw_tokens_total", "counter", "Tokens read and written by programs.");
  text += "paw_tokens_total{kind=\"in\"} " + std::to_string(tokens_in_) + "\n";
  text += "paw_tokens_total{kind=\"out\"} " + std::to_string(tokens_out_) + "\n";
  for (const auto& [name, value] : gauges) {
    const std::string plain = name.substr(0, name.find('{'));
    Head(text, plain.c_str(), plain.ends_with("_total") ? "counter" : "gauge", "See docs/rest_api.md.");
    text += name + " " + Number(value) + "\n";
  }
  return text;
}

}  // namespace paw::hub
