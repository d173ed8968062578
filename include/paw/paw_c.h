/* paw: the C ABI. The same as paw/paw.h (read its manual first) with opaque handles.

   Conventions:

   (1) Handles (paw_library, paw_function, paw_answer, ...) are opaque. What a function of this header returns is yours, and is
       given back with the paw_*_free of its type. Every _free accepts NULL.

   (2) A function that can fail returns a paw_code; PAW_OK is 0. Its result comes through a last argument `out`, which is set to NULL
       when it fails. The numbers of the codes never change.

   (3) paw_last_error() is the message of the last call of this header that failed, on the calling thread: one line, UTF-8. A call that
       succeeds leaves it alone. It is valid until the next failing call on the same thread.

   (4) Strings that go in are NUL-terminated UTF-8, or a pointer and a length where an argument says so; they are copied. Strings that
       come out of a handle are NUL-terminated, belong to the handle and live as long as it.

   (5) Option structs begin with struct_size, which PAW_..._INIT fills in; a field that is 0 or NULL means its default. New fields are
       added at the end, so that a program built with an older header keeps working.

   (6) A library and a function may be used from several threads at once. An answer, a batch and a compiled result belong to one
       thread at a time.

   (7) Nothing here prints, exits, aborts or lets a C++ exception out.

   (8) Indexes begin at 0. An index out of range gives NULL or 0, never a crash.
*/
#ifndef PAW_PAW_C_H_
#define PAW_PAW_C_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define PAW_EXPORT __declspec(dllexport)
#else
#define PAW_EXPORT __attribute__((visibility("default")))
#endif

typedef enum paw_code {
  PAW_OK = 0,
  PAW_FAILED = 1,
  PAW_NOT_FOUND = 2,
  PAW_UNAVAILABLE = 3,
  PAW_USAGE = 4,
  PAW_REFUSED = 5,
  PAW_INTERRUPTED = 6,
  PAW_UNIMPLEMENTED = 7,
  PAW_INTERNAL = 8
} paw_code;

typedef struct paw_library paw_library;
typedef struct paw_function paw_function;
typedef struct paw_answer paw_answer;
typedef struct paw_batch paw_batch;
typedef struct paw_compiled paw_compiled;

/* "0.1.0" */
PAW_EXPORT const char* paw_version(void);
PAW_EXPORT const char* paw_last_error(void);
/* "refused", "not_found", ... */
PAW_EXPORT const char* paw_code_name(paw_code code);

/* ---- the library: a folder of programs and bases ---- */

typedef struct paw_library_options {
  size_t struct_size;
  const char* cache_dir;       /* NULL: PAW_CACHE_DIR, else the default */
  const char* base;            /* a name or the path of a GGUF file; NULL: the default base */
  const char* engine;          /* "native" (NULL), "llamacpp", "reference" */
  int32_t threads;             /* 0: as many as the machine has cores */
  uint64_t resident_bytes_max; /* memory for the adapters of loaded functions, see paw.h; 0: a quarter of the machine's */
} paw_library_options;
#define PAW_LIBRARY_OPTIONS_INIT \
  { sizeof(paw_library_options), NULL, NULL, NULL, 0, 0 }

/* options may be NULL. */
PAW_EXPORT paw_code paw_open(const paw_library_options* options, paw_library** out);
PAW_EXPORT void paw_library_free(paw_library* library);

/* ---- compile ---- */

/* One line of a compile's life. Return nonzero to stop it: paw_compile then returns PAW_INTERRUPTED. */
typedef struct paw_progress {
  const char* stage; /* "spec", "base", "pseudo", "encode", "map", "prepare", "train", "score", "bundle" */
  int64_t step;
  int64_t steps;
  double loss;
  double held_out; /* 0 to 1; below 0 while there is none */
  double seconds;
} paw_progress;
typedef int (*paw_progress_fn)(const paw_progress* progress, void* user);

typedef struct paw_compile_request {
  size_t struct_size;
  const char* spec;
  const char* const* example_inputs;  /* example_count strings */
  const char* const* example_outputs; /* example_count strings */
  size_t example_count;
  int64_t steps;      /* the budget: the first of steps, minutes, effort that is set; */
  double minutes;     /* none: the effort "normal" */
  const char* effort; /* "quick", "normal", "thorough" */
  uint64_t seed;      /* 0: 1 */
  const char* alias;
  const char* output_path;
  paw_progress_fn on_progress;
  void* user;
  const char* reject_label; /* the label for "none of these"; NULL: told by its name; "": none */
} paw_compile_request;
#define PAW_COMPILE_REQUEST_INIT \
  { sizeof(paw_compile_request), NULL, NULL, NULL, 0, 0, 0.0, NULL, 0, NULL, NULL, NULL, NULL, NULL }

PAW_EXPORT paw_code paw_compile(paw_library* library, const paw_compile_request* request, paw_compiled** out);
PAW_EXPORT const char* paw_compiled_program_id(const paw_compiled* compiled);
PAW_EXPORT const char* paw_compiled_path(const paw_compiled* compiled);
/* Returns 1 and fills in what is not NULL when the held-out score was measured, else 0. */
PAW_EXPORT int paw_compiled_held_out(const paw_compiled* compiled, double* value, double* low, double* high);
PAW_EXPORT size_t paw_compiled_warning_count(const paw_compiled* compiled);
PAW_EXPORT const char* paw_compiled_warning(const paw_compiled* compiled, size_t index);
PAW_EXPORT void paw_compiled_free(paw_compiled* compiled);

/* ---- load ---- */

/* reference: an alias, a program id, or the path of a .paw file. The function may outlive the library. */
PAW_EXPORT paw_code paw_program_load(paw_library* library, const char* reference, paw_function** out);
PAW_EXPORT const char* paw_program_id(const paw_function* function);
/* The closed set of outputs; 0 when there is none. */
PAW_EXPORT size_t paw_label_count(const paw_function* function);
PAW_EXPORT const char* paw_label(const paw_function* function, size_t index);
PAW_EXPORT void paw_function_free(paw_function* function);

/* ---- run ---- */

typedef struct paw_run_options {
  size_t struct_size;
  int32_t output_tokens_max; /* 0: 512 */
  float temperature;
  uint64_t seed;
  int32_t probabilities;   /* nonzero: the answer has the probability of every label */
  double abstain_below;    /* 0: always answer */
  const char* json_schema; /* the output is a document of this JSON Schema; for open outputs; NULL: any */
} paw_run_options;
#define PAW_RUN_OPTIONS_INIT \
  { sizeof(paw_run_options), 0, 0.0f, 0, 0, 0.0, NULL }

/* options may be NULL. */
PAW_EXPORT paw_code paw_run(paw_function* function, const char* input, size_t input_bytes, const paw_run_options* options,
                            paw_answer** out);
PAW_EXPORT const char* paw_answer_output(const paw_answer* answer);
PAW_EXPORT size_t paw_answer_output_bytes(const paw_answer* answer);
PAW_EXPORT int paw_answer_abstained(const paw_answer* answer);
/* 1 where the output is the label for "none of these" because the most probable label is below its threshold. */
PAW_EXPORT int paw_answer_rejected(const paw_answer* answer);
/* Of the output, for closed sets; below 0 when there is none. */
PAW_EXPORT double paw_answer_probability(const paw_answer* answer);
/* The labels by probability, highest first: 0 of them unless `probabilities` was asked for. */
PAW_EXPORT size_t paw_answer_label_count(const paw_answer* answer);
PAW_EXPORT const char* paw_answer_label(const paw_answer* answer, size_t index);
PAW_EXPORT double paw_answer_label_probability(const paw_answer* answer, size_t index);
PAW_EXPORT void paw_answer_free(paw_answer* answer);

/* `count` inputs at once. The call fails as a whole only when an argument is wrong; each input succeeds or fails by itself. */
PAW_EXPORT paw_code paw_run_batch(paw_function* function, const char* const* inputs, const size_t* input_bytes, size_t count,
                                  const paw_run_options* options, paw_batch** out);
PAW_EXPORT size_t paw_batch_count(const paw_batch* batch);
/* The code and message of one input; the message is "" when it succeeded. */
PAW_EXPORT paw_code paw_batch_code(const paw_batch* batch, size_t index);
PAW_EXPORT const char* paw_batch_error(const paw_batch* batch, size_t index);
/* Belongs to the batch: do not free it. NULL when that input failed. */
PAW_EXPORT const paw_answer* paw_batch_answer(const paw_batch* batch, size_t index);
PAW_EXPORT void paw_batch_free(paw_batch* batch);

#ifdef __cplusplus
}
#endif

#endif
