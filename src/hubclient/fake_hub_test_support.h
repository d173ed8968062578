// FakeHub: as much of a hub as the tests of hubclient/ need, on this machine. One program, ada/triage, in two versions.
//
// Thread rule: a test sets its fields between calls; the server's thread reads them during one. Owner: the test.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bundle/signature.h"
#include "bundle/tiny_bundle.h"
#include "net/server_test_support.h"

namespace paw {

inline constexpr const char* kProgramId = "0123456789abcdef0123";  // TinyBundle's

// An archive of the tiny program; signed where a key is given.
inline std::vector<std::byte> TinyArchive(const SigningKey* key, const std::string& spec = "Say now or later.") {
  Bundle bundle = TinyBundle();
  bundle.manifest.spec = spec;
  if (key != nullptr) (void)SignBundle(*key, "Ada", bundle);
  return *WriteBundle(bundle);
}

class FakeHub {
 public:
  explicit FakeHub(const std::vector<std::byte>& archive) : server_([this](const std::string& request) { return Answer(request); }) {
    Serve(archive);
  }

  void Serve(const std::vector<std::byte>& archive) {
    file = std::string(TextOf(archive));
    digest = Sha256Hex(file);
  }
  std::string url() const { return server_.url(); }
  std::vector<std::string> requests() const { return server_.requests(); }
  // The requests whose target begins so.
  std::vector<std::string> RequestsOf(std::string_view target) const {
    std::vector<std::string> found;
    for (const std::string& request : requests()) {
      if (request.starts_with(target)) found.push_back(request);
    }
    return found;
  }

  std::string file, digest;                    // what is served, and what is said of it
  bool states_digest = true;                   // in resolve and versions
  std::string stated_header;                   // X-Paw-Digest of a download; empty: `digest`
  std::vector<std::size_t> cuts;               // a download to come ends after so many bytes of its body
  bool ranges = true;                          // whether Range is understood
  std::string moved_to;                        // where downloads are; empty: here
  std::map<std::string, std::string> answers;  // a whole reply by target ("GET /api/v1/auth/me"), before all else
  int busy = 0;                                // so many requests are asked to come back in a second

 private:
  std::string Answer(const std::string& request) {
    const std::string target = TestServer::Target(request);
    if (busy > 0) {
      --busy;
      return TestServer::Reply("503 Busy", "Retry-After: 1\r\n", R"({"error":"busy","message":"one moment","request_id":"r1"})");
    }
    if (const auto made = answers.find(target); made != answers.end()) return made->second;
    const Json resolved = {{"program_id", kProgramId}, {"slug", "ada/triage"}, {"version", 2}, {"digest", Stated()}};
    if (target.starts_with("GET /api/v1/programs/resolve/")) return Found(resolved);
    if (target == "GET /api/v1/programs/ada/triage/versions") {
      const Json first = {{"version", 1}, {"program_id", std::string(20, 'a')}, {"is_main", false}};
      const Json second = {{"version", 2}, {"program_id", kProgramId}, {"is_main", true}, {"digest", Stated()}};
      return Found({{"slug", "ada/triage"}, {"main_version", 2}, {"versions", {first, second}}});
    }
    if (target == std::string("GET /api/v1/programs/") + kProgramId) return Found({{"id", kProgramId}, {"digest", Stated()}});
    if (target == std::string("GET /api/v1/programs/") + kProgramId + "/download?exact=1") return Download(request);
    return TestServer::JsonReply("404 Not Found", R"({"error":"not_found","message":"not found","request_id":"r404"})");
  }

  Json Stated() const { return states_digest ? Json(digest) : Json(); }
  static std::string Found(const Json& body) { return TestServer::JsonReply("200 OK", WriteJson(body)); }

  std::string Download(const std::string& request) {
    if (!moved_to.empty()) return TestServer::Reply("302 Found", "Location: " + moved_to + "\r\n", "");
    std::size_t from = 0;
    constexpr std::string_view kBytes = "bytes=";
    if (const std::string range = TestServer::Header(request, "Range"); ranges && range.starts_with(kBytes)) {
      std::from_chars(range.data() + kBytes.size(), range.data() + range.size(), from);
    }
    const std::string whole = std::to_string(file.size());
    if (from >= file.size()) return TestServer::Reply("416 Range Not Satisfiable", "Content-Range: bytes */" + whole + "\r\n", "");
    std::string headers = "X-Paw-Digest: " + (stated_header.empty() ? digest : stated_header) + "\r\n";
    if (from > 0) headers += "Content-Range: bytes " + std::to_string(from) + "-" + std::to_string(file.size() - 1) + "/" + whole + "\r\n";
    std::string reply = TestServer::Reply(from > 0 ? "206 Partial Content" : "200 OK", headers, file.substr(from));
    if (!cuts.empty()) {
      const std::size_t body = file.size() - from;
      reply.resize(reply.size() - body + std::min(body, cuts.front()));
      cuts.erase(cuts.begin());
    }
    return reply;
  }

  TestServer server_;
};

}  // namespace paw
