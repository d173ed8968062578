// Program::Parts: what all sessions of a program share. Inside runtime/ only.
//
// Thread rule: const after Program::Open. Owner: Program and its sessions, by shared_ptr; the last one unregisters the adapter.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bundle/bundle.h"
#include "decode/label_search.h"
#include "decode/output_rules.h"
#include "decode/span_rules.h"
#include "prompt/row.h"
#include "runtime/program.h"

namespace paw {

struct Program::Parts {
  Parts(std::shared_ptr<BaseModel> base_model, PreparedTemplate prepared, PreparedTemplate official)
      : base(std::move(base_model)), rows(std::move(prepared)), official_rows(std::move(official)) {}
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() {
    if (adapter != kNoAdapter) base->lm().RemoveAdapter(adapter);
  }

  std::shared_ptr<BaseModel> base;
  Manifest manifest;
  std::string digest;
  AdapterId adapter = kNoAdapter;
  PreparedTemplate rows;
  PreparedTemplate official_rows;  // RunOptions::compat
  std::vector<std::string> labels;
  std::optional<LabelSearch> search;  // closed sets
  std::size_t label_tokens_max = 0;   // the longest label and EOS
  std::optional<JsonRules::Options> json;
  std::optional<SpanRules::Options> span;
  double temperature = 1;                 // of the branches
  std::vector<double> offsets;            // of the branches; may be empty
  std::optional<RejectThreshold> reject;  // closed sets
  std::int32_t context_max = 0;
};

}  // namespace paw
