// paw doctor: what this machine has, what paw will use, and what is missing.
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/terminal.h"
#include "fs/path.h"
#include "fs/posix_fs.h"
#include "kernels/kernels.h"
#include "paw/paw.h"

namespace paw::cli {
namespace {

constexpr double kDiskBytesWanted = 500e6;  // a base, its wheel while it is fetched, and some programs

std::vector<std::string> CpuFeatures() {
  std::vector<std::string> names;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const std::pair<const char*, int> features[] = {{"avx2", __builtin_cpu_supports("avx2")},
                                                  {"fma", __builtin_cpu_supports("fma")},
                                                  {"avx512f", __builtin_cpu_supports("avx512f")},
                                                  {"avx512bw", __builtin_cpu_supports("avx512bw")},
                                                  {"avx512vl", __builtin_cpu_supports("avx512vl")},
                                                  {"avx512vnni", __builtin_cpu_supports("avx512vnni")},
                                                  {"avx512bf16", __builtin_cpu_supports("avx512bf16")}};
  for (const auto& [name, there] : features) {
    if (there != 0) names.emplace_back(name);
  }
#elif defined(__aarch64__) && defined(__linux__)
  names.emplace_back("neon");
  if ((getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0) names.emplace_back("dotprod");
  if ((getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0) names.emplace_back("i8mm");
#endif
  return names;
}

class Doctor {
 public:
  explicit Doctor(Context& context) : context_(context) {}

  int Run() {
    report_["version"] = std::string(Version());
    Line("version", std::string(Version()));
    LookAtMachine();
    auto workspace = Workspace::Open({context_.cache_dir, "", EngineKind::kNative, 0, context_.offline});
    if (workspace.ok()) {
      LookAtCache((*workspace)->store());
      LookAtBases(**workspace);
    } else {
      report_["cache_writable"] = false;
      Problem("cache", workspace.status().message());
    }
    report_["problems"] = problems_;
    report_["ok"] = problems_.empty();
    if (context_.json) context_.PrintJson(report_);
    return problems_.empty() ? 0 : ExitCodeOf(Code::kFailed);
  }

 private:
  void Line(const std::string& name, const std::string& value) {
    if (!context_.json) std::printf("%-12s%s\n", name.c_str(), Harmless(value, false).c_str());
  }
  void Problem(const std::string& name, const std::string& what) {
    problems_.push_back(what);
    Line(name, "PROBLEM: " + what);
  }

  void LookAtMachine() {
    const std::vector<std::string> features = CpuFeatures();
    const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
    report_["cpu"] = {{"features", features}, {"threads", threads}, {"kernels", BestKernels().name}};
    std::string text;
    for (const std::string& feature : features) text += feature + " ";
    Line("cpu", std::to_string(threads) + " threads, " + text);
    Line("kernels", BestKernels().name);
  }

  void LookAtCache(Store& store) {
    report_["cache_dir"] = store.root();
    const std::string probe = JoinPath(store.root(), ".doctor");
    Status writable = PosixFs().PublishFile(probe, "paw doctor\n");
    if (writable.ok()) writable = PosixFs().RemoveFile(probe);
    report_["cache_writable"] = writable.ok();
    if (writable.ok()) {
      Line("cache", store.root());
    } else {
      Problem("cache", writable.message());
    }
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(store.root(), error);
    report_["disk_free_bytes"] = error ? Json() : Json(space.available);
    if (error) return;
    const auto free = static_cast<double>(space.available);
    Line("disk",
         HumanBytes(free) + " free" + (free < kDiskBytesWanted ? ": little, a base needs up to " + HumanBytes(kDiskBytesWanted) : ""));
    const auto programs = store.List();
    if (programs.ok()) {
      report_["programs"] = programs->size();
      Line("programs", std::to_string(programs->size()));
    } else {
      Problem("programs", programs.status().message());
    }
  }

  void LookAtBases(Workspace& workspace) {
    report_["base"] = nullptr;
    report_["engine"] = nullptr;
    const auto bases = workspace.store().ListBases();
    if (!bases.ok()) return Problem("base", bases.status().message());
    bool any = false;
    for (const BaseEntry& base : *bases) {
      if (!base.present) continue;
      any = true;
      const auto verified = workspace.store().FindBase(base.profile.name);
      if (!verified.ok()) {
        Problem("base", verified.status().message());
        continue;
      }
      Line("base", base.profile.name + ", verified, " + HumanBytes(static_cast<double>(base.profile.bytes)));
      const bool is_default = base.profile.name == kDefaultProfile;
      if (is_default || report_["base"].is_null()) {
        report_["base"] = {{"name", base.profile.name}, {"verified", true}, {"path", base.path}};
        TryEngine(base);
      }
    }
    if (!any) Line("base", "none here yet: `paw base pull` fetches the default one");
  }

  // The engine that `paw run` uses, opened for real.
  void TryEngine(const BaseEntry& base) {
    const auto model = BaseModel::Open(base.path, EngineKind::kNative, 0, base.profile.sha256);
    if (!model.ok()) return Problem("engine", model.status().message());
    report_["engine"] = {{"id", (*model)->lm().engine_id()}, {"version", (*model)->lm().engine_version()}};
    Line("engine", (*model)->lm().engine_id() + " " + (*model)->lm().engine_version() + " opens " + base.profile.name);
  }

  Context& context_;
  Json report_ = Json::object();
  std::vector<std::string> problems_;
};

}  // namespace

void AddDoctorCommand(CLI::App& app, Context& context) {
  CLI::App* command = AddCommand(app, context, "doctor", "check this machine: processor, engine, base, cache folder, disk",
                                 "Exit code 1 when something is broken; a base that has not been fetched yet is not.\n\n"
                                 "Examples:\n  paw doctor\n  paw doctor --json");
  command->callback([&context] { context.action = [&context] { return Doctor(context).Run(); }; });
}

}  // namespace paw::cli
