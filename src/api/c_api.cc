// The C ABI over paw/paw.h: handles are structs of the C++ types; no exception passes the edge.
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "paw/paw.h"
#include "paw/paw_c.h"

struct paw_library {
  paw::Library library;
};
struct paw_function {
  paw::Function function;
};
struct paw_answer {
  paw::Answer answer;
};
struct paw_compiled {
  paw::Compiled compiled;
};
struct paw_batch {
  struct Row {
    paw_code code = PAW_OK;
    std::string error;
    std::unique_ptr<paw_answer> answer;
  };
  std::vector<Row> rows;
};

namespace {

std::string& LastError() {
  thread_local std::string message;
  return message;
}

// The numbers of the ABI: written out, because they must not move with the enum.
paw_code CodeOf(paw::Code code) {
  switch (code) {
    case paw::Code::kOk:
      return PAW_OK;
    case paw::Code::kFailed:
      return PAW_FAILED;
    case paw::Code::kNotFound:
      return PAW_NOT_FOUND;
    case paw::Code::kUnavailable:
      return PAW_UNAVAILABLE;
    case paw::Code::kUsage:
      return PAW_USAGE;
    case paw::Code::kRefused:
      return PAW_REFUSED;
    case paw::Code::kInterrupted:
      return PAW_INTERRUPTED;
    case paw::Code::kUnimplemented:
      return PAW_UNIMPLEMENTED;
    case paw::Code::kInternal:
      return PAW_INTERNAL;
  }
  return PAW_INTERNAL;
}

paw_code Fail(const paw::Status& status) {
  LastError() = status.message();
  return CodeOf(status.code());
}

// Runs `body`; an exception (memory that ran out) becomes PAW_UNAVAILABLE.
template <typename Body>
paw_code Guarded(Body body) {
  try {
    return body();
  } catch (const std::exception& error) {
    try {
      return Fail(paw::Unavailable(std::string("the call ran out of memory: ") + error.what()));
    } catch (...) {
      return PAW_UNAVAILABLE;  // not even memory for the message
    }
  }
}

// An option struct of the caller's size, read into ours: fields that an older header lacks keep their defaults.
template <typename Options>
Options TakeOptions(const Options* given, Options defaults) {
  if (given == nullptr) return defaults;
  const std::size_t bytes = given->struct_size < sizeof(Options) ? given->struct_size : sizeof(Options);
  std::memcpy(&defaults, given, bytes);
  return defaults;
}

std::string TextOf(const char* text) { return text == nullptr ? std::string() : std::string(text); }

paw::CallOptions CallOptionsOf(const paw_run_options* given) {
  const paw_run_options options = TakeOptions(given, paw_run_options PAW_RUN_OPTIONS_INIT);
  paw::CallOptions call;
  if (options.output_tokens_max != 0) call.output_tokens_max = options.output_tokens_max;
  call.temperature = options.temperature;
  call.seed = options.seed;
  call.probabilities = options.probabilities != 0;
  if (options.abstain_below != 0) call.abstain_below = options.abstain_below;
  call.json_schema = TextOf(options.json_schema);
  return call;
}

paw::Status ReadRequest(const paw_compile_request& given, paw::CompileRequest& request) {
  if (given.spec == nullptr) return paw::Usage("paw_compile: the request has no spec");
  if (given.example_count > 0 && (given.example_inputs == nullptr || given.example_outputs == nullptr)) {
    return paw::Usage("paw_compile: example_count is " + std::to_string(given.example_count) + " but an array of examples is NULL");
  }
  request.spec = given.spec;
  for (std::size_t i = 0; i < given.example_count; ++i) {
    if (given.example_inputs[i] == nullptr || given.example_outputs[i] == nullptr) {
      return paw::Usage("paw_compile: example " + std::to_string(i) + " has a NULL text");
    }
    request.examples.push_back({given.example_inputs[i], given.example_outputs[i]});
  }
  request.steps = given.steps;
  request.minutes = given.minutes;
  request.effort = TextOf(given.effort);
  if (given.seed != 0) request.seed = given.seed;
  request.alias = TextOf(given.alias);
  request.output_path = TextOf(given.output_path);
  if (given.reject_label != nullptr) request.reject_label = given.reject_label;
  return paw::Ok();
}

}  // namespace

extern "C" {

const char* paw_version(void) {
  static const std::string version(paw::Version());
  return version.c_str();
}

const char* paw_last_error(void) { return LastError().c_str(); }

const char* paw_code_name(paw_code code) {
  constexpr paw::Code kCodes[] = {paw::Code::kOk,          paw::Code::kFailed,        paw::Code::kNotFound,
                                  paw::Code::kUnavailable, paw::Code::kUsage,         paw::Code::kRefused,
                                  paw::Code::kInterrupted, paw::Code::kUnimplemented, paw::Code::kInternal};
  for (const paw::Code one : kCodes) {
    if (CodeOf(one) == code) return paw::CodeName(one).data();  // the names are literals, so NUL-terminated
  }
  return "unknown";
}

paw_code paw_open(const paw_library_options* given, paw_library** out) {
  if (out == nullptr) return Fail(paw::Usage("paw_open: out is NULL"));
  *out = nullptr;
  return Guarded([&] {
    const paw_library_options options = TakeOptions(given, paw_library_options PAW_LIBRARY_OPTIONS_INIT);
    paw::LibraryOptions library_options;
    library_options.cache_dir = TextOf(options.cache_dir);
    library_options.base = TextOf(options.base);
    if (options.engine != nullptr) library_options.engine = options.engine;
    library_options.threads = options.threads;
    library_options.resident_bytes_max = options.resident_bytes_max;
    auto library = paw::Library::Open(library_options);
    if (!library.ok()) return Fail(library.status());
    *out = new paw_library{std::move(library).value()};
    return PAW_OK;
  });
}

void paw_library_free(paw_library* library) { delete library; }

paw_code paw_compile(paw_library* library, const paw_compile_request* given, paw_compiled** out) {
  if (out == nullptr) return Fail(paw::Usage("paw_compile: out is NULL"));
  *out = nullptr;
  if (library == nullptr || given == nullptr) return Fail(paw::Usage("paw_compile: library or request is NULL"));
  return Guarded([&] {
    const paw_compile_request options = TakeOptions(given, paw_compile_request PAW_COMPILE_REQUEST_INIT);
    paw::CompileRequest request;
    if (const paw::Status status = ReadRequest(options, request); !status.ok()) return Fail(status);
    std::atomic<bool> cancel{false};
    request.cancel = &cancel;
    if (options.on_progress != nullptr) {
      request.on_progress = [&](const paw::CompileProgress& now) {
        const paw_progress progress{now.stage.c_str(), now.step, now.steps, now.loss, now.held_out.value_or(-1), now.seconds};
        if (options.on_progress(&progress, options.user) != 0) cancel = true;
      };
    }
    auto compiled = library->library.Compile(request);
    if (!compiled.ok()) return Fail(compiled.status());
    *out = new paw_compiled{std::move(compiled).value()};
    return PAW_OK;
  });
}

const char* paw_compiled_program_id(const paw_compiled* compiled) {
  return compiled == nullptr ? nullptr : compiled->compiled.program_id.c_str();
}

const char* paw_compiled_path(const paw_compiled* compiled) { return compiled == nullptr ? nullptr : compiled->compiled.path.c_str(); }

int paw_compiled_held_out(const paw_compiled* compiled, double* value, double* low, double* high) {
  if (compiled == nullptr || !compiled->compiled.held_out) return 0;
  if (value != nullptr) *value = compiled->compiled.held_out->value;
  if (low != nullptr) *low = compiled->compiled.held_out->low;
  if (high != nullptr) *high = compiled->compiled.held_out->high;
  return 1;
}

size_t paw_compiled_warning_count(const paw_compiled* compiled) { return compiled == nullptr ? 0 : compiled->compiled.warnings.size(); }

const char* paw_compiled_warning(const paw_compiled* compiled, size_t index) {
  return index < paw_compiled_warning_count(compiled) ? compiled->compiled.warnings[index].c_str() : nullptr;
}

void paw_compiled_free(paw_compiled* compiled) { delete compiled; }

paw_code paw_program_load(paw_library* library, const char* reference, paw_function** out) {
  if (out == nullptr) return Fail(paw::Usage("paw_program_load: out is NULL"));
  *out = nullptr;
  if (library == nullptr || reference == nullptr) return Fail(paw::Usage("paw_program_load: library or reference is NULL"));
  return Guarded([&] {
    auto function = library->library.Load(reference);
    if (!function.ok()) return Fail(function.status());
    *out = new paw_function{std::move(function).value()};
    return PAW_OK;
  });
}

const char* paw_program_id(const paw_function* function) { return function == nullptr ? nullptr : function->function.program_id().c_str(); }

size_t paw_label_count(const paw_function* function) { return function == nullptr ? 0 : function->function.labels().size(); }

const char* paw_label(const paw_function* function, size_t index) {
  return index < paw_label_count(function) ? function->function.labels()[index].c_str() : nullptr;
}

void paw_function_free(paw_function* function) { delete function; }

paw_code paw_run(paw_function* function, const char* input, size_t input_bytes, const paw_run_options* options, paw_answer** out) {
  if (out == nullptr) return Fail(paw::Usage("paw_run: out is NULL"));
  *out = nullptr;
  if (function == nullptr || (input == nullptr && input_bytes > 0)) return Fail(paw::Usage("paw_run: function or input is NULL"));
  return Guarded([&] {
    auto answer = function->function.Call(std::string_view(input == nullptr ? "" : input, input_bytes), CallOptionsOf(options));
    if (!answer.ok()) return Fail(answer.status());
    *out = new paw_answer{std::move(answer).value()};
    return PAW_OK;
  });
}

const char* paw_answer_output(const paw_answer* answer) { return answer == nullptr ? nullptr : answer->answer.output.c_str(); }
size_t paw_answer_output_bytes(const paw_answer* answer) { return answer == nullptr ? 0 : answer->answer.output.size(); }
int paw_answer_abstained(const paw_answer* answer) { return answer != nullptr && answer->answer.abstained ? 1 : 0; }
int paw_answer_rejected(const paw_answer* answer) { return answer != nullptr && answer->answer.rejected ? 1 : 0; }
double paw_answer_probability(const paw_answer* answer) { return answer == nullptr ? -1 : answer->answer.probability.value_or(-1); }
size_t paw_answer_label_count(const paw_answer* answer) { return answer == nullptr ? 0 : answer->answer.labels.size(); }

const char* paw_answer_label(const paw_answer* answer, size_t index) {
  return index < paw_answer_label_count(answer) ? answer->answer.labels[index].label.c_str() : nullptr;
}

double paw_answer_label_probability(const paw_answer* answer, size_t index) {
  return index < paw_answer_label_count(answer) ? answer->answer.labels[index].probability : 0;
}

void paw_answer_free(paw_answer* answer) { delete answer; }

paw_code paw_run_batch(paw_function* function, const char* const* inputs, const size_t* input_bytes, size_t count,
                       const paw_run_options* options, paw_batch** out) {
  if (out == nullptr) return Fail(paw::Usage("paw_run_batch: out is NULL"));
  *out = nullptr;
  if (function == nullptr || (count > 0 && (inputs == nullptr || input_bytes == nullptr))) {
    return Fail(paw::Usage("paw_run_batch: function, inputs or input_bytes is NULL"));
  }
  return Guarded([&] {
    std::vector<std::string> texts;
    texts.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      if (inputs[i] == nullptr && input_bytes[i] > 0) return Fail(paw::Usage("paw_run_batch: input " + std::to_string(i) + " is NULL"));
      texts.emplace_back(inputs[i] == nullptr ? "" : inputs[i], input_bytes[i]);
    }
    auto batch = std::make_unique<paw_batch>();
    for (auto& answer : function->function.CallBatch(texts, CallOptionsOf(options))) {
      paw_batch::Row row;
      if (answer.ok()) {
        row.answer = std::make_unique<paw_answer>(paw_answer{std::move(answer).value()});
      } else {
        row.code = CodeOf(answer.code());
        row.error = answer.message();
      }
      batch->rows.push_back(std::move(row));
    }
    *out = batch.release();
    return PAW_OK;
  });
}

size_t paw_batch_count(const paw_batch* batch) { return batch == nullptr ? 0 : batch->rows.size(); }

paw_code paw_batch_code(const paw_batch* batch, size_t index) {
  return index < paw_batch_count(batch) ? batch->rows[index].code : PAW_USAGE;
}

const char* paw_batch_error(const paw_batch* batch, size_t index) {
  return index < paw_batch_count(batch) ? batch->rows[index].error.c_str() : nullptr;
}

const paw_answer* paw_batch_answer(const paw_batch* batch, size_t index) {
  return index < paw_batch_count(batch) ? batch->rows[index].answer.get() : nullptr;
}

void paw_batch_free(paw_batch* batch) { delete batch; }

}  // extern "C"
