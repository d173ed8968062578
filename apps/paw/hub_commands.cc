// paw login, search, versions, rename, info --remote: what a hub knows, and who this user is there.
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "apps/paw/hub_session.h"
#include "apps/paw/line_reader.h"
#include "apps/paw/terminal.h"
#include "base/limits.h"
#include "base/text.h"
#include "fs/posix_fs.h"

namespace paw::cli {
namespace {

constexpr const char* kLoginFooter =
    "The key is stored where the official tool keeps it (~/.config/programasweights/config.json, readable by you alone). Without KEY it "
    "is\n"
    "asked for, hidden, or read from the standard input: so it stands in no shell history.\n"
    "\n"
    "Examples:\n"
    "  paw login\n"
    "  paw login --url http://127.0.0.1:8321\n"
    "  pass show paw | paw login";
constexpr const char* kSearchFooter =
    "Examples:\n"
    "  paw search triage\n"
    "  paw search \"log line\" --sort downloads --tag ops\n"
    "  paw search --mine --json";
constexpr const char* kVersionsFooter =
    "Examples:\n"
    "  paw versions ada/triage\n"
    "  paw versions triage --json\n"
    "  paw versions triage --promote 2      (version 2 is what `paw pull triage` brings from now on)";
constexpr const char* kRenameFooter =
    "Examples:\n"
    "  paw rename triage alert-triage\n"
    "  paw rename 08352ca89856da0a5ba4 triage\n"
    "  paw rename triage \"\"                 (removes the slug)";

std::string StringOr(const Json& object, std::string_view key, const std::string& otherwise) {
  const Json* member = FindMember(object, key);
  return member != nullptr && member->is_string() ? member->get<std::string>() : otherwise;
}

std::int64_t NumberOf(const Json& object, std::string_view key) {
  const Json* member = FindMember(object, key);
  return member != nullptr && member->is_number_integer() ? member->get<std::int64_t>() : 0;
}

std::string Padded(std::string text, std::size_t columns) {
  text.resize(std::max(text.size(), columns), ' ');
  return text;
}

// The echo of the terminal off while it lives.
class HiddenInput {
 public:
  HiddenInput() : on_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!on_) return;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  ~HiddenInput() {
    if (on_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

 private:
  termios before_ = {};
  bool on_;
};

Result<std::string> AskForKey(const std::string& url) {
  const bool terminal = isatty(STDIN_FILENO) == 1;
  if (terminal) std::fprintf(stderr, "A key is made on the page %s/settings\nAPI key: ", Harmless(url, false).c_str());
  std::optional<std::string> line;
  {
    const HiddenInput hidden;
    LineReader reader(STDIN_FILENO, kHubKeyBytesMax);
    line = PAW_TRY(reader.Next());
  }
  if (terminal) std::fputc('\n', stderr);
  return std::string(Trim(line.value_or("")));
}

struct Login {
  std::string key, url;
  HubArguments hub;
};

// The user's name where the hub says, "" where it was not asked or does not.
Result<std::string> CheckKey(Context& context, const Login& login) {
  const std::unique_ptr<HubSession> session = PAW_TRY(HubSession::Open(context, login.hub));
  const CancellableScope cancellable;
  const Result<Json> me = session->hub().Me();
  if (me.code() == Code::kNotFound) {
    context.Warn("the hub does not say whose key this is: stored unchecked");
    return std::string();
  }
  if (!me.ok()) return me.status();
  const Json* user = FindMember(*me, "user");
  if (user != nullptr) return StringOr(*user, "name", "");
  return Failed("checking the key at " + session->hub().shown() + ": found nobody signed in, expected a user");
}

Status LogIn(Context& context, Login& login) {
  const Config config = PAW_TRY(ConfigOf(context, login.hub.offline));
  if (!login.url.empty()) context.api_url = login.url;
  const std::string url = login.url.empty() ? config.api_url : login.url;
  const std::string shown = PAW_TRY(ShownUrl(url));
  if (login.key.empty()) login.key = PAW_TRY(AskForKey(url));
  if (login.key.empty()) return Usage("login: found no key, expected one (as KEY, typed, or a line of the standard input)");
  if (!login.key.starts_with("paw_sk_")) context.Warn("the key does not begin with paw_sk_, as those of hubs do");
  context.api_key = login.key;
  std::string name;
  if (!config.offline) name = PAW_TRY(CheckKey(context, login));
  const std::optional<std::string> address = login.url.empty() ? std::nullopt : std::optional<std::string>(login.url);
  const std::string path = PAW_TRY(SaveLogin(PosixFs(), config.config_dir, login.key, address));
  if (const char* other = std::getenv("PAW_API_KEY"); other != nullptr && *other != '\0' && other != login.key) {
    context.Warn("PAW_API_KEY in the environment goes before the key that was stored");
  }
  if (context.json) {
    context.PrintJson({{"path", path}, {"api_url", url}, {"checked", !config.offline}, {"user", name.empty() ? Json() : Json(name)}});
  } else {
    context.Say("key stored in " + path + (name.empty() ? "" : "; signed in as " + name) + " at " + shown);
  }
  return Ok();
}

// What a command does with an open hub; the error of either.
template <typename Work>
int WithHub(Context& context, const HubArguments& arguments, Work work) {
  const auto session = HubSession::Open(context, arguments);
  if (!session.ok()) return context.Fail(session.status());
  const CancellableScope cancellable;
  const Status status = work(**session);
  return status.ok() ? 0 : context.Fail(status);
}

int Search(Context& context, const HubArguments& arguments, const HubQuery& query) {
  return WithHub(context, arguments, [&](HubSession& session) -> Status {
    const Json found = PAW_TRY(session.hub().Search(query));
    if (context.json) {
      context.PrintJson(found);
      return Ok();
    }
    std::string text;
    for (const Json& program : found["programs"]) {
      const std::string name = StringOr(program, "user_slug", StringOr(program, "slug", StringOr(program, "id", "?")));
      char numbers[64];
      std::snprintf(numbers, sizeof numbers, "%6lld  %6lld  ", static_cast<long long>(NumberOf(program, "upvotes")),
                    static_cast<long long>(NumberOf(program, "downloads")));
      text += Padded(Shorten(name, 32), 32) + numbers + Shorten(StringOr(program, "spec", ""), 60) + "\n";
    }
    if (!text.empty()) text = Padded("PROGRAM", 32) + " VOTES   PULLS  SPEC\n" + text;
    std::fputs(Harmless(text, true).c_str(), stdout);
    if (text.empty()) context.Say("no such programs at " + session.hub().shown());
    return Ok();
  });
}

int Versions(Context& context, const HubArguments& arguments, const std::string& slug, std::int64_t promote) {
  return WithHub(context, arguments, [&](HubSession& session) -> Status {
    if (promote > 0) PAW_TRY(session.hub().Promote(slug, promote));
    const Json found = PAW_TRY(session.hub().Versions(slug));
    if (context.json) {
      context.PrintJson(found);
      return Ok();
    }
    std::string text;
    for (const Json& version : found["versions"]) {
      const Json* main = FindMember(version, "is_main");
      text += Padded("v" + std::to_string(NumberOf(version, "version")), 6) + StringOr(version, "program_id", "") + "  " +
              StringOr(version, "created_at", "") + (main != nullptr && *main == true ? "  main" : "") + "\n";
    }
    std::fputs(Harmless(text, true).c_str(), stdout);
    return Ok();
  });
}

int Rename(Context& context, const HubArguments& arguments, const std::string& reference, const std::string& slug) {
  return WithHub(context, arguments, [&](HubSession& session) -> Status {
    const Json renamed = PAW_TRY(session.hub().Rename(reference, slug));
    if (context.json) {
      context.PrintJson(renamed);
    } else if (slug.empty()) {
      std::puts("Slug removed.");
    } else {
      std::printf("Renamed to: %s\n", Harmless(StringOr(renamed, "slug", slug), false).c_str());
    }
    return Ok();
  });
}

}  // namespace

int PrintHubInfo(Context& context, const HubArguments& arguments, const std::string& reference) {
  return WithHub(context, arguments, [&](HubSession& session) -> Status {
    const Json info = PAW_TRY(session.hub().Info(reference));
    if (context.json) {
      context.PrintJson(info);
      return Ok();
    }
    std::string aliases;
    if (const Json* list = FindMember(info, "aliases"); list != nullptr && list->is_array()) {
      for (const Json& alias : *list) aliases += (aliases.empty() ? "" : ", ") + (alias.is_string() ? alias.get<std::string>() : "?");
    }
    std::string text = "Program:      " + StringOr(info, "id", "") + "\n";
    text += "Spec:         " + Shorten(StringOr(info, "spec", ""), 100) + "\n";
    text += "Interpreter:  " + StringOr(info, "interpreter", "") + "\n";
    text += "Compiler:     " + StringOr(info, "compiler_snapshot", "") + "\n";
    if (!aliases.empty()) text += "Aliases:      " + aliases + "\n";
    text += "Downloads:    " + std::to_string(NumberOf(info, "downloads")) + "\n";
    if (const std::string digest = StringOr(info, "digest", ""); !digest.empty()) text += "Digest:       " + digest + "\n";
    std::fputs(Harmless(text, true).c_str(), stdout);
    return Ok();
  });
}

namespace {

void AddLoginCommand(CLI::App& app, Context& context) {
  CLI::App* command = AddCommand(app, context, "login", "store the key of a hub", kLoginFooter);
  const auto login = std::make_shared<Login>();
  command->add_option("KEY", login->key, "paw_sk_...; better typed or piped than given here")->type_name("");
  command->add_option("--url", login->url, "the hub that the key is of, stored as well")->type_name("URL");
  AddHubOptions(*command, context, login->hub);
  command->callback([&context, login] {
    context.action = [&context, login] {
      const Status status = LogIn(context, *login);
      return status.ok() ? 0 : context.Fail(status);
    };
  });
}

}  // namespace

void AddHubCommands(CLI::App& app, Context& context) {
  struct Arguments {
    HubArguments hub;
    HubQuery query;
    std::string reference, slug;
    std::int64_t promote = 0;
  };
  AddLoginCommand(app, context);
  const auto make = [&](const char* name, const char* description, const char* footer) {
    CLI::App* command = AddCommand(app, context, name, description, footer);
    auto arguments = std::make_shared<Arguments>();
    AddHubOptions(*command, context, arguments->hub);
    return std::pair(command, arguments);
  };
  auto [search, s] = make("search", "find programs on a hub", kSearchFooter);
  search->add_option("QUERY", s->query.text, "words of the spec or the name; none: all")->type_name("");
  search->add_option("--sort", s->query.sort, "recent, votes, popular, downloads or recommended")
      ->check(CLI::IsMember({"recent", "votes", "popular", "downloads", "recommended"}));
  search->add_option("--tag", s->query.tag, "those with this tag alone");
  search->add_flag("--mine", s->query.mine, "your own alone");
  search->add_option("--page", s->query.page, "of the results")->check(CLI::Range(1, 100000))->capture_default_str();
  search->add_option("--per-page", s->query.per_page, "results a page")->check(CLI::Range(1, 100))->capture_default_str();
  search->callback([&context, a = s] { context.action = [&context, a] { return Search(context, a->hub, a->query); }; });

  auto [versions, v] = make("versions", "the versions of a program on a hub", kVersionsFooter);
  versions->add_option("SLUG", v->slug, "SLUG or USER/SLUG")->required()->type_name("");
  versions->add_option("--promote", v->promote, "make this version the main one first")->check(CLI::Range(1, 1000000))->type_name("N");
  versions->callback([&context, a = v] { context.action = [&context, a] { return Versions(context, a->hub, a->slug, a->promote); }; });

  auto [rename, r] = make("rename", "give a program on a hub another slug", kRenameFooter);
  rename->add_option("REF", r->reference, "its slug or id there")->required()->type_name("");
  rename->add_option("NEW_SLUG", r->slug, "\"\" removes the slug")->required()->type_name("");
  rename->callback([&context, a = r] { context.action = [&context, a] { return Rename(context, a->hub, a->reference, a->slug); }; });
}

}  // namespace paw::cli
