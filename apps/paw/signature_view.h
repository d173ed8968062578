// A program's signature as the commands show it: who signed, and whether this user trusts that key.
//
// Thread rule: one thread. Errors: a malformed configuration or keyring (store/config.h, store/keyring.h).
#pragma once

#include <string>

#include "apps/paw/command.h"
#include "store/keyring.h"

namespace paw::cli {

struct SignatureView {
  SignatureFacts facts;
  std::string trusted_as;  // "" = not trusted

  std::string Text() const { return SignatureText(facts, trusted_as); }
  // {"state", "algorithm", "key", "publisher", "trusted", "trusted_as", "error"}
  nlohmann::json Json() const;
};

Result<SignatureView> ViewSignature(const Bundle& bundle);

}  // namespace paw::cli
