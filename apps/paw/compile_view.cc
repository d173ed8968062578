#include "apps/paw/compile_view.h"

#include <cstdio>

namespace paw::cli {
namespace {

constexpr double kSecondsBetweenLines = 10;  // in a log file, where there is no bar

}  // namespace

nlohmann::json EventJson(const CompileEvent& event) {
  nlohmann::json json = {{"event", "progress"}, {"stage", event.stage}, {"seconds", event.seconds}};
  if (event.steps > 0) {
    json["step"] = event.step;
    json["steps"] = event.steps;
  }
  if (event.stage == "train" && event.step > 0) json["loss"] = event.loss;
  if (event.held_out) json["held_out"] = *event.held_out;
  if (!event.note.empty()) json["note"] = event.note;
  return json;
}

namespace {

std::string Numbers(const CompileEvent& event, const std::optional<double>& held_out, const std::string& left = "") {
  std::string text;
  char buffer[64];
  if (event.steps > 0) {
    std::snprintf(buffer, sizeof buffer, "step %lld/%lld", static_cast<long long>(event.step), static_cast<long long>(event.steps));
    text += buffer;
  }
  if (event.stage == "train" && event.step > 0) {
    std::snprintf(buffer, sizeof buffer, "%sloss %.3f", text.empty() ? "" : "  ", event.loss);
    text += buffer;
  }
  if (!left.empty()) text += (text.empty() ? "" : "  ") + left;
  if (held_out) {
    std::snprintf(buffer, sizeof buffer, "%sheld-out %.1f%%", text.empty() ? "" : "  ", *held_out * 100);
    text += buffer;
  }
  return text;
}

}  // namespace

void CompileView::OnEvent(const CompileEvent& event) {
  if (event.held_out) held_out_ = event.held_out;
  if (context_.quiet) return;
  if (context_.json) {  // stdout stays one object, as the official tool's
    std::fprintf(stderr, "%s\n", WriteJson(EventJson(event)).c_str());
    return;
  }
  if (event.stage != stage_) {
    stage_ = event.stage;
    stage_started_ = event.seconds;
    first_step_ = event.step;
    last_line_ = -1e9;
  }
  if (context_.ShowProgress()) {
    Draw(event);
  } else {
    PrintLine(event);
  }
}

void CompileView::Draw(const CompileEvent& event) {
  std::string left;
  const auto done = static_cast<double>(event.step - first_step_);
  if (done > 0 && event.steps > event.step) {
    left = HumanSeconds((event.seconds - stage_started_) / done * static_cast<double>(event.steps - event.step)) + " left";
  }
  std::string detail = Numbers(event, held_out_, left);
  if (!event.note.empty()) detail += (detail.empty() ? "" : "  ") + event.note;
  bar_.Update(event.stage, static_cast<double>(event.step), static_cast<double>(event.steps), detail);
}

void CompileView::PrintLine(const CompileEvent& event) {
  const bool last = event.steps > 0 && event.step == event.steps;
  if (event.seconds - last_line_ < kSecondsBetweenLines && !last) return;
  last_line_ = event.seconds;
  std::string line = event.stage;
  if (const std::string numbers = Numbers(event, held_out_); !numbers.empty()) line += "  " + numbers;
  if (!event.note.empty()) line += "  " + event.note;
  context_.Say(line + "  (" + HumanSeconds(event.seconds) + ")");
}

}  // namespace paw::cli
