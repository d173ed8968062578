// QuestionPrograms: programs for questions that are asked in passing. A question's words are compiled once, in a second or so, and the
// program is kept in memory; it is nobody's, has no name and is in no list.
//
// Thread rule: from any thread; of several who ask the same at once one compiles and the others wait. Owner: the Hub.
// Errors: what compiling says; kUsage where the answers asked for cannot be told apart as labels.
#pragma once

#include <functional>
#include <future>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <vector>

#include "api/workspace.h"
#include "hub/compile_jobs.h"
#include "runtime/program.h"

namespace paw::hub {

// A question with a closed set of answers.
struct LabelQuestion {
  std::string words;                // what is asked, and what the answers mean
  std::vector<std::string> labels;  // 2 or more, different
};

class QuestionPrograms {
 public:
  using Opened = Result<std::shared_ptr<const Program>>;

  QuestionPrograms(Workspace& workspace, CompileFn compile) : workspace_(workspace), compile_(std::move(compile)) {}

  // `may_compile` is asked where the question is new; what it says instead of ok is the answer.
  Opened Open(const LabelQuestion& question, const std::function<Status()>& may_compile);

 private:
  Opened Compile(const LabelQuestion& question);

  Workspace& workspace_;
  CompileFn compile_;
  std::counting_semaphore<> turns_{2};  // compiles at once
  std::mutex mutex_;
  struct Known {
    std::shared_future<Opened> program;
    std::list<std::string>::iterator place;
  };
  std::map<std::string, Known> known_;  // by spec
  std::list<std::string> order_;        // the last used first
};

// The spec that a question is compiled from.
std::string SpecOf(const LabelQuestion& question);

}  // namespace paw::hub
