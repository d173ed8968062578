// Compilation: one compile from beginning to end. Its members are the values of the stages, in the order in which they come to be.
// Inside compiler/ only; the door is compiler.h.
//
// Thread rule: one thread. Owner: it owns every value until Run returns the report.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/compiler.h"
#include "compiler/pacer.h"
#include "compiler/plan.h"
#include "compiler/rows.h"
#include "compiler/scoring.h"
#include "pseudo/pseudo_program.h"
#include "spec/outputs.h"
#include "spec/spec.h"
#include "train/trainer.h"

namespace paw {

// From this many examples on the prompt is short: the weights carry the task (docs/quality.md).
inline constexpr std::size_t kExamplesForShortPrompt = 200;

struct CompileInputs {
  std::string spec_text;
  std::vector<Example> examples;
  CompileOptions options;
  Json budget_record;              // what the budget was asked as; part of the program id
  std::optional<Plan> plan;        // replay: the recorded plan, in place of the budget
  std::string examples_digest;     // replay: what the examples must digest to
  std::int64_t teacher_pairs{};    // replay: how many of them a teacher made
  std::string pseudo_strategy;     // replay: how options.pseudo_text came to be; empty: as the options say
  Json mapper_skipped;             // replay: what the record says of a mapper that was not used; null: nothing
  bool mapper_by_default = false;  // nobody named it: with many rows it goes
  bool ask_reader = false;         // where the rules find no labels (answer_set.h)
  Json labels_read;                // replay: what the record says of labels that the reader found; null: nothing
};

class Compilation {
 public:
  Compilation(CompileInputs inputs, std::function<void(const CompileEvent&)> on_event);
  Result<CompileReport> Run();

 private:
  // The stages.
  Status ReadSpec();
  Status OpenBase();
  Status SettleOutputs();
  Status WritePseudoProgram();
  Status MapLora();
  Status Prepare();
  Status TrainWeights();
  Status ScoreBest();
  Status Finish();

  // Their parts.
  Status AskMapper();
  Status AskReader();
  Status WriteRows();
  Status SplitRows();
  Status ChooseRejectLabel();
  Result<PseudoProgram> ChoosePseudoProgram(const PseudoOptions& options);
  Status Draft(const PromptTemplate& prompt);
  Status ChooseStart(TrainableModel& model);
  Status GoWithoutMapper(std::string why);
  bool ReadsByInterpreter() const;  // the compiler in use is one of ours: it reads the spec as it is, and nothing else
  StageHooks MapperHooks();
  TrainSettings DefaultSettings() const;
  TrainHooks Hooks();
  void ShowStep(const TrainProgress& progress);
  Result<double> InterimScore(const LoraWeights& weights, const TrainProgress& progress);
  Json TrainingRecord() const;
  void WarnOfOverrun();

  double Seconds() const;
  template <typename Stage>
  Status Timed(const char* name, Stage stage);
  void Emit(CompileEvent event);

  CompileInputs inputs_;
  std::function<void(const CompileEvent&)> on_event_;
  std::chrono::steady_clock::time_point begin_;
  CompileReport report_;

  Spec spec_;
  OutputContract contract_;
  Json labels_read_;               // {"reader", "labels"}: the set that the reader found; null where it was not asked or found none
  std::string reject_label_;       // empty: no threshold
  std::vector<Example> examples_;  // spec pairs first, then the given ones
  std::string data_digest_;
  std::vector<Example> written_;           // by the base itself (written_examples.h); trained on, never held out
  std::vector<Example> train_, held_out_;  // a teacher's rows are held out only where the user's own are too few (spec/split.h)
  std::string layout_ = "contract";        // of a prompt that no setting decides: the compiler's own
  TrainSettings settings_;
  std::shared_ptr<BaseModel> base_;
  PseudoProgram pseudo_;
  std::string pseudo_strategy_ = "template";
  std::optional<PromptTemplate> prompt_;  // set by WritePseudoProgram
  std::optional<LoraWeights> mapped_;     // the mapper's LoRA; training begins from it where that is better than from nothing
  Json mapper_record_;                    // what the mapper did; null without one
  std::size_t warnings_before_mapper_ = 0;
  std::unique_ptr<HeldOutScorer> scorer_;  // holds the draft of the bundle
  TrainingSet train_set_;
  PlanInput plan_input_;
  Plan plan_;
  std::optional<Pacer> pacer_;  // set by TrainWeights
  TrainOutcome outcome_;
};

}  // namespace paw
