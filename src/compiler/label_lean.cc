#include "compiler/label_lean.h"

#include <string>
#include <utility>
#include <vector>

namespace paw {
namespace {

const std::vector<std::string>& TextsOfNoTask() {
  static const std::vector<std::string> texts = {
      "The meeting is moved to Thursday at three.",
      "thanks, see you tomorrow",
      "2026-03-04 12:00:01 INFO worker 3: job 1182 done in 40 ms",
      "Please find the report attached.",
      "blue cotton shirt, size L",
      "How do I change my password?",
      "{\"id\": 17, \"name\": \"Mara\", \"active\": true}",
      "The train from Lyon arrives at 18:40.",
      "I have waited for two weeks and nothing has happened.",
      "git commit -m \"update the readme\"",
      "Water boils at 100 degrees.",
      "Great work, everyone liked it!",
      "Invoice 4471, due on 12 May, total 250.00 EUR",
      "no",
      "He opened the window because the room was warm.",
      "SELECT name FROM users WHERE id = 5;",
      "Call me back when you have a minute.",
      "The new phone is lighter, but the battery lasts less.",
      "Anna Berg, 12 Mill Road, Leeds",
      "Error: file not found",
      "What a lovely day by the sea.",
      "order 5 boxes of paper",
      "The committee will decide next week.",
      "a, b, c",
  };
  return texts;
}

}  // namespace

Status EvenLabels(const std::shared_ptr<BaseModel>& base, int threads, Bundle& bundle) {
  if (!bundle.manifest.paw || bundle.manifest.paw->output_kind != OutputKind::kLabel) return Ok();
  const std::shared_ptr<const Program> program = PAW_TRY(Program::Open(bundle, base));
  Session session = PAW_TRY(program->NewSession(threads));
  Calibration calibration;
  calibration.offsets = PAW_TRY(session.FitOffsets(TextsOfNoTask()));
  calibration.engine_id = base->lm().engine_id();
  calibration.engine_version = base->lm().engine_version();
  bundle.manifest.paw->calibration = std::move(calibration);
  return Ok();
}

}  // namespace paw
