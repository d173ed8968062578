#include "tools/train_mapper/programs.h"

namespace paw {
namespace {

Status Absent(const std::string& doing, const std::string& instead) {
  return Unimplemented(doing + ": found a build of the trainer alone (PAW_TRAINER_ONLY), expected the whole build" + instead);
}

}  // namespace

Result<std::unique_ptr<AnswerCheck>> OpenAnswerCheck(const std::string&, std::int32_t) {
  return Absent("running programs for the validation", " or --validation-answers 0");
}

Status QuantiseMapper(const std::string&, const std::string&, const std::string&, float) { return Absent("quantising a mapper", ""); }

}  // namespace paw
