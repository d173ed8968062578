// paw run --remote: one input, or the lines of the standard input, answered by a hub.
//
// Thread rule: one thread. Errors: hubclient/hub_client.h; a line that fails gives an empty line and a message, and the exit code at the end.
#pragma once

#include <string>

#include "apps/paw/hub_session.h"

namespace paw::cli {

struct RemoteRun {
  HubArguments hub;
  HubCall call;        // its input: the one, where `lines` is false
  bool lines = false;  // the lines of the standard input
  bool print_probabilities = false;
};

int RunRemotely(Context& context, RemoteRun run);

}  // namespace paw::cli
