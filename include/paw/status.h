// Status and Result<T>: how every fallible function of paw reports.
//
// Errors are values. A message is one line that says what was being done, to what, what was found and what was expected:
//   "reading adapter.gguf of x.paw: found 10 bytes of tensor data, expected 4096"
// Nothing in the library prints, exits, aborts or throws across its edge.
//
// Thread rule: both are plain values; copy them freely, share a const one between threads.
#pragma once

#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace paw {

// The canonical codes. The CLI maps them to exit codes (ExitCodeOf), the C ABI and the hub to theirs, so that an error keeps its name.
enum class Code : std::uint8_t {
  kOk = 0,
  kFailed,         // the thing asked for did not come out: a compile error, a test below its bar   (exit 1)
  kNotFound,       // a file, alias, program or base that does not exist                            (exit 1)
  kUnavailable,    // needs something absent here: network under --offline, a full disk, a lock     (exit 1)
  kUsage,          // the caller's arguments do not fit together                                    (exit 2)
  kRefused,        // malformed, hostile or oversized input                                         (exit 3)
  kInterrupted,    // Ctrl-C or a cancelled job                                                     (exit 130)
  kUnimplemented,  // this engine cannot do that                                                    (exit 1)
  kInternal,       // an invariant of ours broke                                                    (exit 1)
};

// "refused", "not_found", ...: stable names, used in --json output and by the C ABI.
std::string_view CodeName(Code code);

// The process exit code that belongs to a code: see the table above.
int ExitCodeOf(Code code);

class [[nodiscard]] Status {
 public:
  Status() = default;  // ok
  Status(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  const std::string& message() const { return message_; }

  // The same code with "context: " put before the message. Ok stays ok.
  Status WithContext(std::string_view context) const;

 private:
  Code code_ = Code::kOk;
  std::string message_;
};

inline Status Ok() { return Status(); }
inline Status Failed(std::string m) { return {Code::kFailed, std::move(m)}; }
inline Status NotFound(std::string m) { return {Code::kNotFound, std::move(m)}; }
inline Status Unavailable(std::string m) { return {Code::kUnavailable, std::move(m)}; }
inline Status Usage(std::string m) { return {Code::kUsage, std::move(m)}; }
inline Status Refused(std::string m) { return {Code::kRefused, std::move(m)}; }
inline Status Interrupted(std::string m) { return {Code::kInterrupted, std::move(m)}; }
inline Status Unimplemented(std::string m) { return {Code::kUnimplemented, std::move(m)}; }
inline Status Internal(std::string m) { return {Code::kInternal, std::move(m)}; }

// A value of type T or a Status that is not ok. Reading the value of a failed Result is a bug of the caller.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : has_value_(true) { new (&storage_.value) T(std::move(value)); }  // NOLINT: implicit on purpose
  Result(Status status) : status_(std::move(status)), has_value_(false) {            // NOLINT: implicit on purpose
    if (status_.ok()) status_ = Internal("a Result was made from an ok Status without a value");
  }
  Result(Result&& other) noexcept : status_(std::move(other.status_)), has_value_(other.has_value_) {
    if (has_value_) new (&storage_.value) T(std::move(other.storage_.value));
  }
  Result(const Result& other) : status_(other.status_), has_value_(other.has_value_) {
    if (has_value_) new (&storage_.value) T(other.storage_.value);
  }
  Result& operator=(Result other) noexcept {
    this->~Result();
    new (this) Result(std::move(other));
    return *this;
  }
  ~Result() {
    if (has_value_) storage_.value.~T();
  }

  bool ok() const { return has_value_; }
  const Status& status() const { return status_; }
  Code code() const { return status_.code(); }
  const std::string& message() const { return status_.message(); }

  T& value() & { return storage_.value; }
  const T& value() const& { return storage_.value; }
  T&& value() && { return std::move(storage_.value); }
  T& operator*() & { return storage_.value; }
  const T& operator*() const& { return storage_.value; }
  T&& operator*() && { return std::move(storage_.value); }
  T* operator->() { return &storage_.value; }
  const T* operator->() const { return &storage_.value; }
  T value_or(T other) const& { return has_value_ ? storage_.value : std::move(other); }

 private:
  union Storage {
    Storage() {}   // NOLINT: the Result decides which member lives
    ~Storage() {}  // NOLINT
    T value;
  };
  Status status_;
  Storage storage_;
  bool has_value_;
};

namespace internal {
inline Status StatusOf(const Status& s) { return s; }
template <typename T>
Status StatusOf(const Result<T>& r) {
  return r.status();
}
inline void TakeValue(Status&&) {}
template <typename T>
T TakeValue(Result<T>&& r) {
  return std::move(r).value();
}
}  // namespace internal

}  // namespace paw

// Evaluates a Status or Result; on failure returns its Status from the enclosing function, else yields the value:
//   PAW_TRY(Flush());
//   std::string text = PAW_TRY(fs.Read(path));
#define PAW_TRY(expression) PAW_TRY_NAMED(expression, PAW_TRY_CONCATENATE(paw_try_result_, __COUNTER__))
#define PAW_TRY_CONCATENATE(a, b) PAW_TRY_CONCATENATE_AGAIN(a, b)
#define PAW_TRY_CONCATENATE_AGAIN(a, b) a##b
#define PAW_TRY_NAMED(expression, name)                     \
  __extension__({                                           \
    auto name = (expression);                               \
    if (!name.ok()) return ::paw::internal::StatusOf(name); \
    ::paw::internal::TakeValue(std::move(name));            \
  })
