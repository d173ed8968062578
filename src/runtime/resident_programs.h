// ResidentPrograms: programs that stay open while their adapters fit a memory budget. Those longest unused are closed, and opened again
// when they are called.
//
// Thread rule: everything here from any thread; opening one program holds up nobody who takes another. Owner: handles keep the set alive.
// Errors: what opening says. Memory is that of the adapters (LanguageModel::AdapterBytes); a program in use is not closed.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

#include "paw/status.h"
#include "runtime/program.h"

namespace paw {

class ResidentPrograms;

// One program of a set.
class ResidentProgram {
 public:
  using Opener = std::function<Result<std::shared_ptr<const Program>>()>;

  // Closed; the first Take opens it.
  ResidentProgram(std::shared_ptr<ResidentPrograms> set, Opener open) : set_(std::move(set)), open_(std::move(open)) {}
  ~ResidentProgram();
  ResidentProgram(const ResidentProgram&) = delete;
  ResidentProgram& operator=(const ResidentProgram&) = delete;

  // Open for as long as the caller keeps it.
  Result<std::shared_ptr<const Program>> Take();

 private:
  friend class ResidentPrograms;
  std::shared_ptr<ResidentPrograms> set_;
  Opener open_;
  std::mutex opening_;                      // held by the one that opens
  std::shared_ptr<const Program> program_;  // guarded by the set's mutex; null: closed
  std::list<ResidentProgram*>::iterator place_;
};

class ResidentPrograms {
 public:
  explicit ResidentPrograms(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}

  // One that is open already; `open` opens the same again.
  static std::shared_ptr<ResidentProgram> Add(const std::shared_ptr<ResidentPrograms>& set, std::shared_ptr<const Program> program,
                                              ResidentProgram::Opener open);

  struct Counts {
    std::int64_t open = 0;
    std::uint64_t bytes = 0;  // of the open ones
    std::int64_t opened = 0;  // ever
  };
  Counts counts() const;

 private:
  friend class ResidentProgram;
  using Programs = std::list<std::shared_ptr<const Program>>;

  std::shared_ptr<const Program> FindOpen(ResidentProgram& one);
  Programs Keep(ResidentProgram& one, std::shared_ptr<const Program> program);
  Programs Trim();

  std::uint64_t bytes_max_;
  mutable std::mutex mutex_;
  std::list<ResidentProgram*> open_;  // the last used first
  std::uint64_t bytes_ = 0;
  std::int64_t opened_ = 0;
};

}  // namespace paw
