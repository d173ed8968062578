// What the trainer does with the whole of paw around it: a checkpoint's programs run on pairs of the corpus, a checkpoint made smaller.
// A build of the trainer alone (PAW_TRAINER_ONLY) has programs_absent.cc in place of programs.cc.
//
// Thread rule: one call at a time. Errors: what compiler/, runtime/ and mapper/ say; kUnimplemented in a build of the trainer alone.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "eval/corpus_file.h"
#include "paw/status.h"

namespace paw {

class AnswerCheck {
 public:
  virtual ~AnswerCheck() = default;
  // The share of right answers (normalised) over the first `pairs` pairs of each spec, by programs that the mapper at `path` makes:
  // compiler/measure_spec.h, as `paw bench fuzzy` has it.
  virtual Result<double> ShareRight(const std::string& path, std::span<const CorpusSpec* const> specs, std::size_t pairs) = 0;
};

Result<std::unique_ptr<AnswerCheck>> OpenAnswerCheck(const std::string& base_path, std::int32_t threads);

// A checkpoint as GGUF, as it is shipped. `type` as `paw` names number formats; the scale as in mapper/mapper_gguf.h.
Status QuantiseMapper(const std::string& from, const std::string& to, const std::string& type, float coefficient_scale);

}  // namespace paw
