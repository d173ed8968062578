// hub: HTTP requests, bytes damaged, through the parser, the router and the handlers of a hub in this process: a fresh folder, a visitor and an
// account, one small program, a compiler that refuses every spec. No answer may be a 500 and none may lack its length or its error's fields.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

#include "base/sha256.h"
#include "base/text.h"
#include "bundle/tiny_bundle.h"
#include "fs/posix_fs.h"
#include "fuzz/json_mutate.h"
#include "fuzz/suite.h"
#include "hub/hub.h"

namespace paw::fuzz {
namespace {

constexpr const char* kKey = "paw_sk_fuzzfuzzfuzzfuzzfuzzfuzzfuzzfuzzfuzzfuzz";
constexpr std::size_t kBodyMax = 1 << 20;

struct Shape {
  const char* method;
  const char* target;
  const char* body;
};
constexpr Shape kShapes[] = {
    {"GET", "/api/v1/programs?q=now&sort=popular&tag=a&page=1&per_page=5&mine=true", ""},
    {"GET", "/api/v1/programs/ana%2Ftiny@v1", ""},
    {"GET", "/api/v1/programs/resolve/ana/tiny", ""},
    {"GET", "/api/v1/programs/tiny/versions", ""},
    {"GET", "/api/v1/programs/0123456789abcdef0123/download?exact=1", ""},
    {"GET", "/api/v1/programs/0123456789abcdef0123/asset/meta.json", ""},
    {"PATCH", "/api/v1/programs/tiny", R"({"public":true,"name":"Tiny","tags":["a","b-c"],"slug":"tiny"})"},
    {"POST", "/api/v1/programs/tiny/alias", R"({"slug":"other","version":1})"},
    {"POST", "/api/v1/programs/tiny/vote", R"({"vote":1})"},
    {"POST", "/api/v1/programs/tiny/cases", R"({"type":"success","description":"works"})"},
    {"POST", "/api/v1/compile/precheck", R"({"spec":"Return one of: now, later.","compiler":"paw-4b-gpt2"})"},
    {"POST", "/api/v1/compile/async",
     R"({"spec":"Return one of: now, later.","examples":[{"input":"a","output":"now"}],"effort":"quick","seed":3,"public":false,"tags":[],"slug":"x-y","reject_label":"later","outputs":"text"})"},
    {"GET", "/api/v1/compile?page=1", ""},
    {"DELETE", "/api/v1/compile/abc?force=1", ""},
    {"POST", "/api/v1/infer",
     R"({"program_id":"tiny","input":"x","max_tokens":3,"temperature":0.5,"seed":1,"probabilities":true,"abstain_below":0.5,"json_schema":{"type":"object"}})"},
    {"POST", "/api/v1/bulk?program=tiny&from=0&probabilities=1", "{\"input\":\"a\"}\n{\"input\":\"b\",\"id\":[1]}\n"},
    {"POST", "/v1/chat/completions",
     R"({"model":"tiny","messages":[{"role":"user","content":[{"type":"text","text":"x"}]}],"stream":true,"stream_options":{"include_usage":true},"logprobs":true,"top_logprobs":2,"response_format":{"type":"json_object"}})"},
    {"POST", "/v1/completions", R"({"model":"tiny","prompt":["x"],"logprobs":1,"max_tokens":2,"n":1,"stop":null})"},
    {"GET", "/v1/models/ana/tiny", ""},
    {"POST", "/v1/systemone",
     R"({"state":{"a":[1]},"questions":{"n":{"type":"noul","instructions":"?","criteria":{"true":"x"}},"c":{"type":"choice","instructions":{"what":"w"},"criteria":{"a":null,"b":"y"}},"s":{"type":"score","instructions":"i","criteria":["l","h"]}},"model":""})"},
    {"POST", "/mcp", R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"paw_search","arguments":{"query":"x"}}})"},
    {"POST", "/mcp", R"({"jsonrpc":"2.0","id":"a","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})"},
    {"POST", "/api/v1/auth/session", R"({"key":"paw_sk_no"})"},
    {"GET", "/api/v1/models/runtimes/smollm2-135m-q4_1", ""},
    {"GET", "/metrics", ""},
    {"GET", "/assets/index.html", ""},
};

class HubSuite : public Suite {
 public:
  static Result<std::unique_ptr<Suite>> Open() {
    auto suite = std::make_unique<HubSuite>();
    std::string folder = (std::filesystem::temp_directory_path() / "paw-fuzz-hub-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) return Unavailable("making a folder for the hub");
    suite->folder_ = folder;
    suite->workspace_ = PAW_TRY(Workspace::Open({folder + "/cache", "", EngineKind::kNative, 1, true}));
    hub::HubOptions options;
    options.data_dir = folder + "/hub";
    options.public_url = "http://127.0.0.1:1";
    options.compiles_per_hour = options.anonymous_compiles_per_hour = 0;
    const auto fails = [](const hub::CompileRequest&, const CancelFlag*,
                          const std::function<void(const CompileEvent&)>&) -> Result<CompileReport> {
      return Refused("compiling: found a fuzzer, expected a user");
    };
    suite->hub_ = PAW_TRY(hub::Hub::Open(*suite->workspace_, options, nullptr, fails));
    hub::Site& site = suite->hub_->site();
    const hub::User user = PAW_TRY(site.accounts->AddUser("ana"));
    // A key that is the same in every run, so that a mutant can be made again.
    PAW_TRY(site.database->Run("INSERT INTO keys(user_id, prefix, hash, created_at) VALUES (?, 'paw_sk_fuzz', ?, 0)",
                               {user.id, Sha256Hex(std::string_view(kKey))}));
    hub::Caller caller;
    caller.user_id = user.id;
    caller.user = user.name;
    PAW_TRY(site.catalog->Publish(caller, TinyBundle(), {}, "tiny", nullptr));
    for (const Shape& shape : kShapes) {
      const std::string body = shape.body;
      for (const bool with_key : {false, true}) {
        std::string text = std::string(shape.method) + " " + shape.target + " HTTP/1.1\r\nHost: localhost:1\r\nAccept: */*\r\n";
        if (with_key) text += "X-API-Key: " + std::string(kKey) + "\r\n";
        text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        const std::size_t head = text.size() - body.size();
        suite->samples_.push_back({shape.target, BytesOfText(text), head, {}});
      }
    }
    return std::unique_ptr<Suite>(std::move(suite));
  }

  ~HubSuite() override {
    hub_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // Half the time the bytes are damaged; else only the body's first line, as JSON (a bulk body is several), behind a head that says its
  // length.
  Bytes Make(Random& random) override {
    const Sample& sample = samples_[random.Below(samples_.size())];
    if (sample.bytes.size() == sample.head || random.Below(2) == 0) return Mutate(sample, samples_, random);
    const std::string text(reinterpret_cast<const char*>(sample.bytes.data()), sample.bytes.size());
    const std::size_t line_end = std::min(text.find('\n', sample.head), text.size());
    Bytes body = MutateJsonText({sample.name, BytesOfText(text.substr(sample.head, line_end - sample.head)), 0, {}}, random);
    const Bytes other_lines = BytesOfText(text.substr(line_end));
    body.insert(body.end(), other_lines.begin(), other_lines.end());
    std::string head = text.substr(0, text.find("Content-Length"));
    head += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    Bytes whole = BytesOfText(head);
    whole.insert(whole.end(), body.begin(), body.end());
    return whole;
  }

  Result<Verdict> Try(const Bytes& mutant) override {
    auto parsed = hub::ParseRequest({reinterpret_cast<const char*>(mutant.data()), mutant.size()}, kBodyMax);
    if (std::holds_alternative<int>(parsed)) return Verdict::kRefused;
    hub::Request& request = std::get<hub::Request>(parsed);
    request.caller.address = "127.0.0.1";
    auto limit = hub_->BodyLimit(request);
    if (const hub::Response* refusal = std::get_if<hub::Response>(&limit)) return Check(*refusal);
    const hub::Response response = hub_->Handle(request);
    if (response.stream) {
      Sink sink;
      response.stream(sink);
    }
    return Check(response);
  }

  std::uint64_t peak_bytes_max() const override { return 1024 * kMiB; }

 private:
  // Takes what a stream writes, up to a bound.
  class Sink : public hub::BodyWriter {
   public:
    bool Write(std::string_view bytes) override {
      taken_ += bytes.size();
      return open();
    }
    bool open() const override { return taken_ < kBodyMax; }

   private:
    std::size_t taken_ = 0;
  };

  static Result<Verdict> Check(const hub::Response& response) {
    if (response.status == 500 || response.status < 200 || response.status > 599) {
      return Failed("an answer of status " + std::to_string(response.status) + ": " + Printable(response.body, 300));
    }
    const std::string head = hub::ReplyHead(response, response.body.size(), true);
    if (head.find("\r\n\r\n") + 4 != head.size()) return Failed("a head that ends before its end: " + Printable(head, 300));
    if (response.status < 400) return Verdict::kAccepted;
    const auto body = ParseJson(response.body, "the answer");
    if (!body.ok() || !body->contains("error")) return Failed("an error without its fields: " + Printable(response.body, 300));
    return Verdict::kRefused;
  }

  std::string folder_;
  std::unique_ptr<Workspace> workspace_;
  std::unique_ptr<hub::Hub> hub_;
  std::vector<Sample> samples_;
};

}  // namespace

Result<std::unique_ptr<Suite>> MakeHubSuite() { return HubSuite::Open(); }

}  // namespace paw::fuzz
