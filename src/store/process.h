// RunProcess: a child program, without a shell, its output in a file. Used for the machine's own pip and for nothing else.
//
// Thread rule: any thread. Errors: kFailed (it could not be started, or ended with another status than 0; the message ends with its
// last lines), kInterrupted (cancelled: the child and its children are killed first).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "paw/status.h"

namespace paw {

// argv[0] is looked for in PATH. Standard output and error go to the file `output_path`; standard input is empty. The environment is
// inherited. `while_waiting` is called about ten times a second; empty = not.
Status RunProcess(const std::vector<std::string>& argv, const std::string& output_path, const CancelFlag* cancel,
                  const std::function<void()>& while_waiting = {});

}  // namespace paw
