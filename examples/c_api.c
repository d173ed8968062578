/* The C ABI in one page: compile a program, load it, ask it one thing and many things.

     c_api [BASE [STEPS]]       BASE: a base's name or a GGUF file; without it the default base (`paw base pull`) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paw/paw_c.h"

static const char* const kSpec =
    "Say how urgent a message to the help desk is. Return one of: urgent, normal.\n\n"
    "Input: Production is down for all customers\nOutput: urgent\n\n"
    "Input: Please renew my badge some time this month\nOutput: normal\n";

static const char* const kInputs[] = {"The payment page answers with error 500", "Where do I find the holiday calendar?"};
static const char* const kOutputs[] = {"urgent", "normal"};

static int OnProgress(const paw_progress* now, void* user) {
  (void)user;
  if (now->steps > 0 && now->step == now->steps) printf("%s: done after %.1f s\n", now->stage, now->seconds);
  return 0; /* nonzero would stop the compile */
}

static paw_code Ask(paw_function* function) {
  const char* const inputs[] = {"My chair squeaks", "Our site is down"};
  const size_t bytes[] = {strlen(inputs[0]), strlen(inputs[1])};
  paw_run_options options = PAW_RUN_OPTIONS_INIT;
  paw_answer* answer = NULL;
  paw_batch* batch = NULL;
  paw_code code;
  size_t i;

  options.probabilities = 1;
  code = paw_run(function, inputs[1], bytes[1], &options, &answer);
  if (code != PAW_OK) return code;
  printf("answer: %s\n", paw_answer_output(answer));
  for (i = 0; i < paw_answer_label_count(answer); ++i) {
    printf("  %.3f %s\n", paw_answer_label_probability(answer, i), paw_answer_label(answer, i));
  }
  paw_answer_free(answer);

  code = paw_run_batch(function, inputs, bytes, 2, NULL, &batch);
  if (code != PAW_OK) return code;
  for (i = 0; i < paw_batch_count(batch); ++i) {
    const paw_answer* one = paw_batch_answer(batch, i);
    printf("batch: %s\n", one != NULL ? paw_answer_output(one) : paw_batch_error(batch, i));
  }
  paw_batch_free(batch);
  return PAW_OK;
}

int main(int argc, char** argv) {
  paw_library_options options = PAW_LIBRARY_OPTIONS_INIT;
  paw_compile_request request = PAW_COMPILE_REQUEST_INIT;
  paw_library* library = NULL;
  paw_compiled* compiled = NULL;
  paw_function* function = NULL;
  paw_code code;

  if (argc > 1) options.base = argv[1];
  request.spec = kSpec;
  request.example_inputs = kInputs;
  request.example_outputs = kOutputs;
  request.example_count = 2;
  request.effort = "quick";
  if (argc > 2) request.steps = atoll(argv[2]);
  request.on_progress = OnProgress;

  code = paw_open(&options, &library);
  if (code == PAW_OK) code = paw_compile(library, &request, &compiled);
  if (code == PAW_OK) {
    printf("program %s at %s\n", paw_compiled_program_id(compiled), paw_compiled_path(compiled));
    if (!paw_compiled_held_out(compiled, NULL, NULL, NULL)) printf("quality unmeasured: too few examples\n");
    code = paw_program_load(library, paw_compiled_program_id(compiled), &function);
  }
  if (code == PAW_OK) code = Ask(function);
  if (code != PAW_OK) fprintf(stderr, "c_api: %s\n", paw_last_error());

  paw_function_free(function);
  paw_compiled_free(compiled);
  paw_library_free(library);
  return code == PAW_OK ? 0 : 1;
}
