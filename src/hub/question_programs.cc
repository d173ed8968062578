#include "hub/question_programs.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "compiler/built_in.h"

namespace paw::hub {
namespace {

constexpr std::size_t kKnownMax = 64;  // about 5 MiB each

// Quoted by a mark that is not in it.
std::string InQuotes(const std::string& label) {
  const char mark = label.find('"') == std::string::npos ? '"' : '\'';
  return mark + label + mark;
}

}  // namespace

std::string SpecOf(const LabelQuestion& question) {
  std::string spec = question.words + "\n\nReturn ONLY one of: ";
  for (std::size_t i = 0; i < question.labels.size(); ++i) spec += (i == 0 ? "" : ", ") + InQuotes(question.labels[i]);
  return spec + ".";
}

QuestionPrograms::Opened QuestionPrograms::Open(const LabelQuestion& question, const std::function<Status()>& may_compile) {
  const std::string spec = SpecOf(question);
  std::promise<Opened> promise;
  std::shared_future<Opened> program;
  bool ours = false;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(spec); found != known_.end()) {
      order_.splice(order_.begin(), order_, found->second.place);
      program = found->second.program;
    } else {
      PAW_TRY(may_compile());
      program = promise.get_future().share();
      order_.push_front(spec);
      known_.emplace(spec, Known{program, order_.begin()});
      ours = true;
      if (known_.size() > kKnownMax) {
        known_.erase(order_.back());
        order_.pop_back();
      }
    }
  }
  if (!ours) return program.get();
  turns_.acquire();
  Opened opened = Compile(question);
  turns_.release();
  promise.set_value(opened);
  if (!opened.ok()) {  // the next one tries again
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(spec); found != known_.end()) {
      order_.erase(found->second.place);
      known_.erase(found);
    }
  }
  return opened;
}

QuestionPrograms::Opened QuestionPrograms::Compile(const LabelQuestion& question) {
  CompileRequest request;
  request.spec = SpecOf(question);
  request.compiler = PAW_TRY(CompilerNamed(workspace_, ""));
  CompileReport report = PAW_TRY(compile_(request, nullptr, [](const CompileEvent&) {}));
  const std::vector<std::string> made = report.bundle.manifest.paw ? report.bundle.manifest.paw->labels : std::vector<std::string>();
  if (std::set<std::string>(made.begin(), made.end()) != std::set<std::string>(question.labels.begin(), question.labels.end())) {
    return Usage("compiling a question: found the answers " + Quoted(Join(made, ", "), 120) + " read from it, expected " +
                 Quoted(Join(question.labels, ", "), 120) + "; plain names without line ends and quotes are told apart");
  }
  return workspace_.LoadBundle(std::move(report.bundle));
}

}  // namespace paw::hub
