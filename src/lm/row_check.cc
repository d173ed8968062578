#include "lm/row_check.h"

namespace paw {

Status BadRow(const ForwardRow& row, Code code, const std::string& what) {
  return {code, "computing a row of sequence " + std::to_string(row.sequence) + ": " + what};
}

Status CheckRowContents(const ForwardRow& row, std::size_t tokens, const ModelShape& shape) {
  if (row.tokens.empty() == row.embeddings.empty()) {
    return BadRow(row, Code::kUsage, "found tokens and embeddings, or neither; expected one");
  }
  if (row.embeddings.size() % static_cast<std::size_t>(shape.width) != 0) {
    return BadRow(
        row, Code::kUsage,
        "found " + std::to_string(row.embeddings.size()) + " embedding numbers, expected a multiple of " + std::to_string(shape.width));
  }
  const auto check_id = [&](TokenId id) -> Status {
    if (id >= 0 && id < shape.vocabulary) return Ok();
    return BadRow(row, Code::kRefused, "found token id " + std::to_string(id) + ", expected 0 to " + std::to_string(shape.vocabulary - 1));
  };
  for (const TokenId id : row.tokens) PAW_TRY(check_id(id));
  for (const TokenId id : row.logit_ids) PAW_TRY(check_id(id));
  for (const std::int32_t layer : row.hidden_layers) {
    if (layer < 0 || layer > shape.layers) {
      return BadRow(row, Code::kUsage, "found hidden layer " + std::to_string(layer) + ", expected 0 to " + std::to_string(shape.layers));
    }
  }
  if (row.hidden_last < 0 || static_cast<std::size_t>(row.hidden_last) > tokens) {
    return BadRow(row, Code::kUsage,
                  "found " + std::to_string(row.hidden_last) + " tokens with hidden states, expected 0 to " + std::to_string(tokens));
  }
  if (row.parents.empty()) return Ok();
  if (row.parents.size() != tokens) {
    return BadRow(row, Code::kUsage, "found " + std::to_string(row.parents.size()) + " parents, expected " + std::to_string(tokens));
  }
  for (std::size_t t = 0; t < tokens; ++t) {
    if (row.parents[t] < -1 || row.parents[t] >= static_cast<std::int32_t>(t)) {
      return BadRow(
          row, Code::kUsage,
          "found parent " + std::to_string(row.parents[t]) + " of token " + std::to_string(t) + ", expected -1 or an earlier token");
    }
  }
  return Ok();
}

Status CheckTruncate(SequenceId sequence, std::int32_t now, std::int32_t length) {
  if (length >= 0 && length <= now) return Ok();
  return Usage("truncating sequence " + std::to_string(sequence) + ": found a length of " + std::to_string(length) +
               ", expected 0 to the " + std::to_string(now) + " tokens that it has");
}

}  // namespace paw
