#include "bundle/official_runtimes.h"

#include <map>
#include <string>

#include "bundle/profile.h"
#include "prompt/template.h"

namespace paw {
namespace {

Json BaseModel(const BaseProfile& profile, std::string_view repo) {
  return {{"provider", "huggingface"}, {"repo", repo}, {"file", profile.file}, {"url", profile.url}, {"size_bytes", profile.bytes},
          {"sha256", profile.sha256}};
}

// What the two text runtimes share. Their programs' adapters are GGUF, their templates are rendered text with one placeholder.
Json TextRuntime(const BaseProfile& profile, std::string_view display_name, std::string_view repo, std::string base_template) {
  return {{"runtime_id", profile.runtime_id},
          {"manifest_version", 1},
          {"display_name", display_name},
          {"interpreter", profile.interpreter},
          {"adapter_format", "gguf_lora"},
          {"prompt_template", {{"format", "rendered_text"}, {"placeholder", kInputPlaceholder}}},
          {"base_inference",
           {{"contract_version", 1}, {"format", "rendered_text"}, {"placeholder", kInputPlaceholder}, {"template", base_template}}},
          {"local_sdk", {{"supported", true}, {"base_model", BaseModel(profile, repo)}, {"n_ctx", profile.context_max}}}};
}

Json Qwen3() {
  Json runtime = TextRuntime(*FindBuiltInProfile("qwen3-0.6b-q6_k"), "Qwen3 0.6B (Q6_K)", "programasweights/Qwen3-0.6B-GGUF-Q6_K",
                             UserTurn(ChatStyle::kQwen3)->text());
  runtime["program_assets"] = {{"adapter_filename", "adapter.gguf"},
                               {"prefix_cache_required", false},
                               {"prefix_cache_filename", nullptr},
                               {"prefix_tokens_filename", nullptr}};
  runtime["js_sdk"] = {{"supported", false}, {"base_model", nullptr}, {"prefix_cache_supported", false}};
  return runtime;
}

Json Gpt2() {
  const BaseProfile& profile = *FindBuiltInProfile("gpt2-q8_0");
  Json runtime = TextRuntime(profile, "GPT-2 124M (Q8_0)", "programasweights/GPT2-GGUF-Q8_0", UserTurn(ChatStyle::kPlain)->text());
  runtime["program_assets"] = {{"adapter_filename", "adapter.gguf"},
                               {"prefix_cache_required", true},
                               {"prefix_cache_filename", "prefix_cache.bin"},
                               {"prefix_tokens_filename", "prefix_tokens.json"}};
  runtime["js_sdk"] = {{"supported", true}, {"base_model", runtime["local_sdk"]["base_model"]}, {"prefix_cache_supported", true}};
  return runtime;
}

// Reads images: known so that such a program is named for what it is.
Json Qwen35Vision() {
  const std::string hub = "https://huggingface.co/";
  const Json base_model = {
      {"provider", "huggingface"},
      {"repo", "ggml-org/Qwen3.5-0.8B-GGUF"},
      {"file", "Qwen3.5-0.8B-Q8_0.gguf"},
      {"url", hub + "ggml-org/Qwen3.5-0.8B-GGUF/resolve/8fea620810c4afa23dd6443f999a48574c1611a3/Qwen3.5-0.8B-Q8_0.gguf"},
      {"size_bytes", 833'592'096},
      {"sha256", "37ae482d336108d23516fa35e8e0c4126688d81018b87178a18d752a1357814f"}};
  const Json projector = {{"provider", "huggingface"},
                          {"repo", "unsloth/Qwen3.5-0.8B-GGUF"},
                          {"file", "mmproj-BF16.gguf"},
                          {"url", hub + "unsloth/Qwen3.5-0.8B-GGUF/resolve/6ab461498e2023f6e3c1baea90a8f0fe38ab64d0/mmproj-BF16.gguf"},
                          {"size_bytes", 207'346'528},
                          {"sha256", "d312c4d02fd46eea7a16e4f3bbb58840e6222209322ca1e33ca03247ad8935d6"}};
  const Json preprocessing = {
      {"version", 1},        {"color_mode", "RGB"},   {"alpha", "composite_white"}, {"orientation", "stored"}, {"color_profile", "ignore"},
      {"resize", "backend"}, {"image_min_tokens", 1}, {"image_max_tokens", 512}};
  return {
      {"runtime_id", "qwen3.5-0.8b-q8_0"},
      {"manifest_version", 2},
      {"interpreter", "Qwen/Qwen3.5-0.8B"},
      {"adapter_format", "gguf_lora"},
      {"input", {{"format", "content_parts"}, {"types", {"text", "image"}}}},
      {"prompt_template", {{"format", "rendered_text"}, {"placeholder", "{INPUT_N}"}}},
      {"program_assets", {{"adapter_filename", "adapter.gguf"}}},
      {"base_inference", {{"contract_version", 1}, {"format", "rendered_text"}, {"placeholder", "{INPUT_N}"}, {"template", "{INPUT_0}"}}},
      {"local_sdk",
       {{"supported", true},
        {"n_ctx", 4096},
        {"base_model", base_model},
        {"vision", {{"projector", projector}, {"preprocessing", preprocessing}}}}},
      {"js_sdk", {{"supported", false}}}};
}

const std::map<std::string_view, Json>& All() {
  static const std::map<std::string_view, Json> all = {
      {"qwen3-0.6b-q6_k", Qwen3()}, {"gpt2-q8_0", Gpt2()}, {"qwen3.5-0.8b-q8_0", Qwen35Vision()}};
  return all;
}

}  // namespace

const Json* OfficialRuntime(std::string_view runtime_id) {
  const auto found = All().find(runtime_id);
  return found == All().end() ? nullptr : &found->second;
}

std::vector<std::string_view> OfficialRuntimeIds() {
  std::vector<std::string_view> ids;
  for (const auto& [id, runtime] : All()) ids.push_back(id);
  return ids;
}

}  // namespace paw
