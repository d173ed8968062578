// PullProgram: a program of a hub into the store of this machine, under an alias, once its digest and its signature were looked at.
//
// The order is: resolve the name, fetch (unless the store has these bytes), read the archive strictly, judge the signature, publish into the
// store, remember the key, remove the part. A kill at any point leaves the store as it was or with the whole program.
//
// Thread rule: one call on one thread. Owner: all that is passed must outlive the call. Errors: as hub_client.h, store/store.h and
// store/keyring.h say; a program that the user's policy turns down is kRefused and not in the store.
#pragma once

#include <string>

#include "base/progress.h"
#include "hubclient/hub_client.h"
#include "store/keyring.h"
#include "store/store.h"

namespace paw {

struct PullOptions {
  std::string reference;  // as HubClient::Resolve takes it
  // "" = the slug without its user, where that alias is free or names an earlier version of it; else no alias.
  std::string alias;
  TrustPolicy policy;
  ProgressFn progress = {};
};

struct PulledProgram {
  HubResolved found;
  ProgramEntry entry;   // in the store; its digest is that of the bytes
  std::string alias;    // that it got; "" = none
  std::string kept_by;  // the alias that it would have got, where another program has it
  bool was_here = false;
  TrustVerdict verdict;
};

Result<PulledProgram> PullProgram(const HubClient& hub, Fs& fs, Store& store, Keyring& keyring, const PullOptions& options);

}  // namespace paw
