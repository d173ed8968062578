#include "bundle/runtime_manifest.h"

#include <functional>

#include <gtest/gtest.h>

#include "bundle/official_runtimes.h"
#include "bundle/tiny_bundle.h"

namespace paw {
namespace {

Json Ours() { return RuntimeManifestOf(*FindBuiltInProfile(kDefaultProfile)); }

std::string Refusal(Json runtime, const std::function<void(Json&)>& change) {
  change(runtime);
  const Result<RuntimeManifest> read = ReadRuntimeManifest(runtime, "x");
  EXPECT_EQ(read.code(), Code::kRefused) << runtime;
  return read.message();
}

TEST(RuntimeManifest, KnownIdsAreWhatTheSdkPins) {
  for (const std::string_view id : OfficialRuntimeIds()) {
    const auto read = ReadRuntimeManifest(*OfficialRuntime(id), id);
    ASSERT_TRUE(read.ok()) << read.message();
    EXPECT_EQ(read->runtime_id, id);
    EXPECT_TRUE(read->local);
    EXPECT_TRUE(read->base_model->url.starts_with("https://"));
  }
  EXPECT_EQ(OfficialRuntime("smollm2-135m-q4_1"), nullptr);
}

// A manifest of the hub says less than the SDK knows; what it does not say is filled in.
TEST(RuntimeManifest, DigestAndSizeOfAKnownIdAreFilledIn) {
  Json runtime = *OfficialRuntime("gpt2-q8_0");
  runtime["local_sdk"]["base_model"].erase("sha256");
  runtime["local_sdk"]["base_model"].erase("size_bytes");
  runtime.erase("base_inference");
  const auto read = ReadRuntimeManifest(runtime, "x");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->base_model->bytes, 139'804'832u);
  EXPECT_EQ(read->base_model->sha256, FindBuiltInProfile("gpt2")->sha256);
}

TEST(RuntimeManifest, KnownIdsCannotBeRedirected) {
  const Json qwen3 = *OfficialRuntime("qwen3-0.6b-q6_k");
  EXPECT_EQ(Refusal(qwen3, [](Json& r) { r["local_sdk"]["n_ctx"] = 1024; }), "x: key \"n_ctx\": found 1024, expected 2048");
  Refusal(qwen3, [](Json& r) { r["local_sdk"].erase("n_ctx"); });
  Refusal(qwen3, [](Json& r) { r["interpreter"] = "gpt2"; });
  Refusal(qwen3, [](Json& r) { r["local_sdk"]["supported"] = false; });
  Refusal(qwen3, [](Json& r) { r["local_sdk"]["base_model"]["url"] = "https://example.com/other.gguf"; });
  Refusal(qwen3, [](Json& r) { r["local_sdk"]["base_model"]["sha256"] = std::string(64, '0'); });
  Refusal(qwen3, [](Json& r) { r["program_assets"]["prefix_cache_required"] = true; });
  Refusal(qwen3, [](Json& r) { r["base_inference"]["template"] = "{INPUT_PLACEHOLDER}!"; });
  Refusal(*OfficialRuntime("gpt2-q8_0"), [](Json& r) { r["program_assets"]["prefix_cache_filename"] = nullptr; });
  Refusal(*OfficialRuntime("qwen3.5-0.8b-q8_0"), [](Json& r) { r["local_sdk"]["vision"]["preprocessing"]["image_max_tokens"] = 256; });
}

TEST(RuntimeManifest, OtherIdsAreFree) {
  Json runtime = Ours();
  runtime["interpreter"] = "my-own";
  runtime["local_sdk"]["n_ctx"] = 512;
  runtime["local_sdk"]["base_model"] = {{"file", "own.gguf"}, {"provider", "huggingface"}, {"repo", "me/own"}, {"sha256", nullptr}};
  runtime["a_key_of_tomorrow"] = {1, 2};
  const auto read = ReadRuntimeManifest(runtime, "x");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->base_model->file, "own.gguf");
  EXPECT_TRUE(read->base_model->sha256.empty());
  runtime["local_sdk"] = {{"supported", false}};
  EXPECT_FALSE(ReadRuntimeManifest(runtime, "x")->base_model.has_value());
}

TEST(RuntimeManifest, ShapesOfTextAreHeldTo) {
  Refusal(Ours(), [](Json& r) { r.erase("runtime_id"); });
  Refusal(Ours(), [](Json& r) { r["runtime_id"] = "../x"; });
  Refusal(Ours(), [](Json& r) { r["manifest_version"] = 3; });
  Refusal(Ours(), [](Json& r) { r["manifest_version"] = true; });
  Refusal(Ours(), [](Json& r) { r["interpreter"] = ""; });
  Refusal(Ours(), [](Json& r) { r["adapter_format"] = "peft"; });
  Refusal(Ours(), [](Json& r) { r["prompt_template"]["placeholder"] = "{X}"; });
  Refusal(Ours(), [](Json& r) { r["program_assets"]["adapter_filename"] = "a.bin"; });
  Refusal(Ours(), [](Json& r) { r["local_sdk"] = nullptr; });
  Refusal(Ours(), [](Json& r) { r["local_sdk"]["supported"] = "yes"; });
  Refusal(Ours(), [](Json& r) { r["local_sdk"]["n_ctx"] = 0; });
  Refusal(Ours(), [](Json& r) { r["local_sdk"]["base_model"]["file"] = "a/b.gguf"; });
  Refusal(Ours(), [](Json& r) { r["local_sdk"]["base_model"]["url"] = ""; });
  Refusal(Ours(), [](Json& r) { r["local_sdk"]["base_model"]["sha256"] = "abc"; });
  Refusal(Ours(), [](Json& r) { r["input"] = {{"format", "content_parts"}}; });
}

Json Images() {
  Json runtime = *OfficialRuntime("qwen3.5-0.8b-q8_0");
  runtime["runtime_id"] = "own-vision";
  return runtime;
}

TEST(RuntimeManifest, ShapesOfImagesAreHeldTo) {
  ASSERT_TRUE(ReadRuntimeManifest(Images(), "x").ok()) << ReadRuntimeManifest(Images(), "x").message();
  Refusal(Images(), [](Json& r) { r.erase("input"); });
  Refusal(Images(), [](Json& r) { r["prompt_template"]["placeholder"] = kInputPlaceholder; });
  Refusal(Images(), [](Json& r) { r["local_sdk"]["base_model"].erase("sha256"); });
  Refusal(Images(), [](Json& r) { r["local_sdk"]["base_model"]["url"] = "http://example.com/x.gguf"; });
  Refusal(Images(), [](Json& r) { r["local_sdk"]["vision"]["projector"]["file"] = r["local_sdk"]["base_model"]["file"]; });
  Refusal(Images(), [](Json& r) { r["local_sdk"]["vision"]["more"] = 1; });
  Refusal(Images(), [](Json& r) { r["local_sdk"]["vision"]["preprocessing"]["color_mode"] = "BGR"; });
  Refusal(Images(), [](Json& r) { r["local_sdk"]["vision"]["preprocessing"]["image_min_tokens"] = 513; });
  Refusal(Images(), [](Json& r) { r["js_sdk"]["supported"] = true; });
}

Bundle ImageBundle() {
  Bundle bundle = TinyBundle();
  bundle.manifest.paw.reset();
  bundle.manifest.runtime = Images();
  bundle.manifest.runtime_id = "own-vision";
  bundle.manifest.interpreter = "Qwen/Qwen3.5-0.8B";
  bundle.manifest.runtime_manifest_version = kImageRuntime;
  bundle.prompt_template = "{INPUT_0} and {INPUT_1}, {INPUT_0} again, {INPUT_01} plain";
  return bundle;
}

// It can be listed, checked and passed on; running it is refused by name (runtime/program.cc).
TEST(RuntimeManifest, AProgramThatReadsImagesIsABundle) {
  const auto archive = WriteBundle(ImageBundle());
  ASSERT_TRUE(archive.ok()) << archive.message();
  const auto back = ReadBundle(*archive, "x");
  ASSERT_TRUE(back.ok()) << back.message();
  EXPECT_EQ(back->manifest, ImageBundle().manifest);
  const auto refused = [](const std::function<void(Bundle&)>& change) {
    Bundle bundle = ImageBundle();
    change(bundle);
    EXPECT_EQ(WriteBundle(bundle).code(), Code::kRefused);
  };
  refused([](Bundle& b) { b.prompt_template = "{INPUT_1}"; });
  refused([](Bundle& b) { b.prompt_template = "{INPUT_0} {INPUT_2}"; });
  refused([](Bundle& b) { b.manifest.runtime_manifest_version = 1; });
  refused([](Bundle& b) { b.manifest.runtime = nullptr; });
  refused([](Bundle& b) { b.manifest.interpreter = "gpt2"; });
}

TEST(RuntimeManifest, InsideAndOutsideAgree) {
  Bundle bundle = TinyBundle();
  bundle.manifest.runtime["interpreter"] = "another";
  EXPECT_EQ(WriteBundle(bundle).code(), Code::kRefused);
}

}  // namespace
}  // namespace paw
