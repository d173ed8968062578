// Rows: examples as the tokens that training and running see. The template of a program and its tokenised examples.
//
// A program trained on many examples needs no long prompt: the weights carry the task. Its template is one of the short layouts, which
// differ in how many tokens stand around the input; the full contract ([PSEUDO_PROGRAM]...[INPUT]...[END_INPUT]) is for programs with
// few examples or none. Which one wins is measured in docs/quality.md.
//
// Thread rule: pure functions. Errors: kUsage for an unknown layout; what prompt/ says of an example.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "decode/label_trie.h"
#include "paw/status.h"
#include "prompt/row.h"
#include "prompt/template.h"
#include "spec/examples.h"
#include "train/trainer.h"

namespace paw {

// "contract": the paper's prompt; "spec": the text as it is, then "Input:" and the input, in one turn; "chat": the input alone as a user's turn; "end": the input, its end marker and a line end.
Result<PromptTemplate> LayoutTemplate(std::string_view layout, std::string_view pseudo_program, ChatStyle style);

struct RowsReport {
  TrainingSet set;
  std::int64_t tokens = 0;           // of all rows, prefix not counted
  std::vector<std::string> skipped;  // one line for each example that does not fit into `tokens_max`
};

// `trie` is null when the outputs are not a closed set; then labels is empty. Rows longer than tokens_max are left out and named.
Result<RowsReport> BuildTrainingSet(const PreparedTemplate& prepared, const std::vector<Example>& examples,
                                    const std::vector<std::string>& labels, const LabelTrie* trie, std::int32_t tokens_max);

}  // namespace paw
