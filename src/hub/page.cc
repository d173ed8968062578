// The web page: its files are part of the library (src/hub/web/). Any path that is no route of the interfaces gives index.html, which
// shows what the path says (a single page with addresses of its own).
#include <map>

#include "base/sha256.h"
#include "base/text.h"
#include "hub/range.h"
#include "hub/site.h"

namespace paw::hub {
namespace {

struct PageFile {
  std::string_view bytes;
  std::string tag;  // of its bytes
};

std::string_view TypeOf(std::string_view name) {
  const std::string_view ending = name.substr(name.rfind('.') + 1);
  if (ending == "html") return "text/html; charset=utf-8";
  if (ending == "css") return "text/css; charset=utf-8";
  if (ending == "js") return "text/javascript; charset=utf-8";
  if (ending == "svg") return "image/svg+xml";
  return "application/octet-stream";
}

const std::map<std::string, PageFile, std::less<>>& PageFiles() {
  static const std::map<std::string, PageFile, std::less<>> files = [] {
    std::map<std::string, PageFile, std::less<>> made;
#define PAW_FILE(name, size, bytes) made[name] = {std::string_view(bytes, size), Sha256Hex(std::string_view(bytes, size)).substr(0, 16)};
#include PAW_PAGE_FILES
#undef PAW_FILE
    return made;
  }();
  return files;
}

Outcome SendFile(Request& request, std::string_view name) {
  const auto found = PageFiles().find(name);
  if (found == PageFiles().end()) return Missing("file " + Quoted(name, 60) + " of the page");
  Response response;
  response.content_type = TypeOf(name);
  response.With("Cache-Control", "no-cache");
  return TextPart(request, std::move(response), std::string(found->second.bytes), found->second.tag);
}

Outcome Page(Request& request) { return SendFile(request, "index.html"); }

}  // namespace

void AddPageRoutes(Router& router, Site&) {
  router.Add("GET", "/assets/{name}", [](Request& request) { return SendFile(request, request.values[0]); });
  router.OpenToAll();
  for (const char* path : {"/", "/compile", "/jobs", "/jobs/{id}", "/settings", "/p/{ref*}"}) {
    router.Add("GET", path, Page);
    router.OpenToAll();
  }
}

}  // namespace paw::hub
