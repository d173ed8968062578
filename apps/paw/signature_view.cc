#include "apps/paw/signature_view.h"

#include "fs/posix_fs.h"
#include "store/config.h"

namespace paw::cli {
namespace {

nlohmann::json OrNull(const std::string& text) { return text.empty() ? nlohmann::json() : nlohmann::json(text); }

}  // namespace

nlohmann::json SignatureView::Json() const {
  return {{"state", SignatureStateName(facts.state)},
          {"algorithm", facts.state == SignatureState::kValid ? nlohmann::json(kSignatureAlgorithm) : nlohmann::json()},
          {"key", OrNull(facts.key)},
          {"publisher", OrNull(facts.publisher)},
          {"trusted", !trusted_as.empty()},
          {"trusted_as", OrNull(trusted_as)},
          {"error", OrNull(facts.problem)}};
}

Result<SignatureView> ViewSignature(const Bundle& bundle) {
  SignatureView view;
  view.facts = CheckSignature(bundle);
  const Config config = PAW_TRY(LoadConfig(PosixFs(), ProcessEnvironment()));
  view.trusted_as = PAW_TRY(Keyring(PosixFs(), config.config_dir).TrustedAs(view.facts.key));
  return view;
}

}  // namespace paw::cli
