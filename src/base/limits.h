// Every limit of paw in one file, each with its reason. A loop over input names its bound from here.
//
// Beyond a limit the input is refused (kRefused) with both numbers in the message. Thread rule: constants.
#pragma once

#include <cstddef>
#include <cstdint>

namespace paw {

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;
inline constexpr std::size_t kGiB = 1024 * kMiB;

// Bundles (.paw). The first three are the official client's limits, so that what we accept it accepts too.
inline constexpr std::size_t kArchiveBytesMax = 256 * kMiB;
inline constexpr std::size_t kArchiveExpandedBytesMax = 512 * kMiB;
inline constexpr std::size_t kArchiveMembersMax = 4;        // the allow-list has four names
inline constexpr std::size_t kAdapterBytesMin = 1024;       // the official validator refuses a smaller one
inline constexpr std::size_t kCompressionRatioMax = 100;    // an adapter of zeros compresses about 1000 : 1, a real one hardly at all
inline constexpr std::size_t kMetaBytesMax = 4 * kMiB;      // 500 labels, a long spec and a run record are well under 1 MiB
inline constexpr std::size_t kTemplateBytesMax = 1 * kMiB;  // 32,768 tokens of context hold about 128 KiB of text
inline constexpr std::size_t kPseudoProgramBytesMax = 1 * kMiB;
inline constexpr std::size_t kCoefficientsBytesMax = 64 * kMiB;  // a hundred thousand bytes for the published shapes

// JSON. Depth and size keep parsing linear in small memory; no document of ours is deeper than 8.
inline constexpr std::size_t kJsonDepthMax = 32;
inline constexpr std::size_t kJsonBytesMax = 16 * kMiB;

// A JSON Schema that outputs are held to. The largest of public collections have about 1 MiB.
inline constexpr std::size_t kSchemaBytesMax = 1 * kMiB;
inline constexpr std::size_t kSchemaNodesMax = 65'536;     // schemas within it
inline constexpr std::size_t kSchemaEnumMax = 16'384;      // values of one enum
inline constexpr std::size_t kSchemaPropertiesMax = 2048;  // of one object: each is looked at where a key begins
inline constexpr std::size_t kSchemaLeavesMax = 64;        // alternatives at one place, after anyOf in anyOf
inline constexpr std::size_t kSchemaThreadsMax = 128;      // ways of reading one answer at once

// tokenizer.json. Qwen3's has 11 MiB, 151,643 tokens and 26 added ones, the longest of 20 bytes.
inline constexpr std::size_t kTokenizerJsonBytesMax = 32 * kMiB;  // vocabularies of 250,000 tokens take 20 MiB
inline constexpr std::size_t kAddedTokenBytesMax = 128;           // every end of each is looked up: quadratic in this

// GGUF. SmolLM2 has 37 keys and 272 tensors, Qwen3-0.6B 311 tensors, an adapter on all of its projections 392.
inline constexpr std::uint64_t kGgufKeysMax = 1024;  // ggml's duplicate search is quadratic: 120,000 keys take 10 s
inline constexpr std::uint64_t kGgufTensorsMax = 8192;
inline constexpr std::uint64_t kGgufNameBytesMax = 63;  // GGML_MAX_NAME is 64 with its NUL
inline constexpr std::uint64_t kGgufKeyBytesMax = 256;
inline constexpr std::uint64_t kGgufStringBytesMax = 1 * kMiB;      // chat templates reach 20 KiB
inline constexpr std::uint64_t kGgufArrayItemsMax = 2'000'000;      // merges of the largest vocabularies in use: about 500,000
inline constexpr std::uint64_t kGgufMetadataBytesMax = 256 * kMiB;  // keys and values; a vocabulary of 250,000 with merges takes 10 MiB
inline constexpr std::uint64_t kGgufDimensionsMax = 4;              // GGML_MAX_DIMS
inline constexpr std::uint64_t kGgufDimensionMax = std::uint64_t{1} << 31;  // engines index a row with int32
inline constexpr std::uint64_t kGgufFileBytesMax = 64 * std::uint64_t{kGiB};

// safetensors. Qwen3-4B has 398 tensors in 3 shards and an index of 33 KiB; the reference reader allows headers of 100 MB.
inline constexpr std::size_t kSafetensorsHeaderBytesMax = 16 * kMiB;
inline constexpr std::size_t kSafetensorsTensorsMax = 65'536;
inline constexpr std::size_t kSafetensorsShardsMax = 256;
inline constexpr std::size_t kTensorDimensionsMax = 8;

// Adapters. A rank over 256 would be larger than the base's own projections at width 576.
inline constexpr std::uint64_t kAdapterKeysMax = 64;
inline constexpr std::uint64_t kAdapterTensorsMax = 4096;
inline constexpr std::uint64_t kAdapterStringBytesMax = 64 * kKiB;
inline constexpr std::int32_t kAdapterRankMax = 256;
// PEFT folders. A configuration that names each of 200 modules has 8 KiB; rank 256 on every projection of Qwen3-0.6B has 650 MB in fp32.
inline constexpr std::size_t kPeftConfigBytesMax = 1 * kMiB;
inline constexpr std::size_t kPeftTensorBytesMax = 2 * kGiB;

// Mappers. Published: 64 bases and a trunk of one layer; its ablations go to 128 bases and a trunk of three.
inline constexpr std::int32_t kMapperBasesMax = 1024;
inline constexpr std::size_t kMapperTrunkLayersMax = 16;

// The stage cache: a pseudo-program, or the coefficients of a mapper (256 layers, 7 modules, 1,024 bases).
inline constexpr std::size_t kStageBytesMax = 16 * kMiB;

// Shapes of interpreters and compilers: generous multiples of Qwen3-4B (36 layers, width 2560, vocabulary 151,936).
inline constexpr std::int32_t kLayersMax = 256;
inline constexpr std::int32_t kWidthMax = 32'768;
inline constexpr std::int32_t kHeadsMax = 512;
inline constexpr std::int32_t kVocabularyMax = 1'000'000;
inline constexpr std::int32_t kContextTokensMax = 1'048'576;  // Qwen3-4B-Instruct-2507 states 262,144

// Text given by a user.
inline constexpr std::size_t kSpecBytesMax = 256 * kKiB;  // the official limit is 16,000 characters; tables of labels need more
inline constexpr std::size_t kInputBytesMax = 1 * kMiB;   // far above any context; keeps a 1 GB input from being tokenised
inline constexpr std::size_t kOutputBytesMax = 1 * kMiB;
inline constexpr std::int32_t kGeneratedTokensMax = 32'768;  // tokens of one answer
inline constexpr std::size_t kLabelsMax = 4096;              // a label tree of this size is one batch; 500 labels is a tested case
inline constexpr std::size_t kLabelBytesMax = 512;
inline constexpr std::size_t kExampleRowsMax = 2'000'000;
inline constexpr std::size_t kExampleFileBytesMax = 1 * kGiB;  // a file of rows is read by mapping
inline constexpr std::size_t kRowBytesMax = 4 * kMiB;          // one line of JSONL
inline constexpr std::size_t kBatchRowsMax = 4096;             // rows of one Forward call

// A teacher: the endpoint that the user names (teacher/), over HTTP (net/).
inline constexpr std::size_t kModelNameBytesMax = 1024;             // two names of models and a few words
inline constexpr std::size_t kUrlBytesMax = 2 * kKiB;               // what servers commonly take
inline constexpr std::size_t kHttpRequestBytesMax = 256 * kMiB;     // a program to publish; a prompt of a million tokens has 4 MiB
inline constexpr std::size_t kHttpReplyBytesMax = 64 * kMiB;        // the most that a caller may ask for
inline constexpr std::size_t kHttpHeaderBytesMax = 64 * kKiB;       // of one reply, all lines
inline constexpr double kHttpSecondsMax = 3600;                     // of one exchange
inline constexpr std::size_t kTeacherReplyBytesMax = 4 * kMiB;      // twenty pairs of long rows are under 100 KiB
inline constexpr std::size_t kTeacherTextBytesMax = 32 * kKiB;      // of an input or output it makes
inline constexpr std::size_t kTeacherRowsPerReplyMax = 200;         // ten times what is asked for
inline constexpr std::int64_t kTeacherPairsMax = 100'000;           // of one compile
inline constexpr std::int64_t kTeacherTokensMax = 100'000'000'000;  // of a spend limit, and of one reply's own count
// 100,000 pairs take about 50 MiB, those of a model that thinks aloud many times that. Where it is full nothing more is asked.
inline constexpr std::size_t kTeacherJournalBytesMax = 1 * kGiB;

// A hub (hubclient/).
inline constexpr std::size_t kHubReplyBytesMax = 16 * kMiB;  // a page of programs; specs have 64 KiB at most there
inline constexpr std::size_t kHubErrorBytesMax = 64 * kKiB;  // the body of a reply that is no success
inline constexpr std::size_t kHubKeyBytesMax = 512;          // "paw_sk_" and random digits
inline constexpr std::size_t kReferenceBytesMax = 256;       // "user/slug@vN"
inline constexpr double kHubWaitSecondsMax = 60;             // for a server that asks for patience, in all; the official client's
inline constexpr double kHttpStallSeconds = 30;              // a download that brings nothing for so long is cut
inline constexpr int kHttpRedirectsMax = 5;                  // of a download
inline constexpr std::size_t kTrustFileBytesMax = 4 * kMiB;  // keys trusted, keys seen: a line each

// A corpus from a teacher (corpus/).
inline constexpr std::int64_t kSynthSpecsMax = 100'000;  // with eight pairs each the files take about 200 MiB, in memory too
inline constexpr std::int64_t kSynthPairsMin = 4;        // of one spec; a spec that keeps fewer is dropped
inline constexpr std::int64_t kSynthPairsMax = 100;      // half of what one answer may hold
// What paw_train_mapper takes is counted in tokens (400 of a spec, 300 of a pair, tools/train_mapper/spec_rows.h); a token of English has
// four bytes, of lists and markup two or three.
inline constexpr std::size_t kSynthSpecBytesMax = 1200;  // wording and examples
inline constexpr std::size_t kSynthPairBytesMax = 800;   // input and output

// Store and names.
inline constexpr std::size_t kAliasBytesMax = 128;  // official slugs are at most 50 and one "user/" before
inline constexpr std::size_t kStoreEntriesMax = 1'000'000;
inline constexpr std::size_t kBaseFileBytesMax = 64 * kGiB;
inline constexpr std::size_t kWheelBytesMax = 4 * kGiB;
inline constexpr std::size_t kConfigBytesMax = 64 * kKiB;
inline constexpr std::size_t kPathBytesMax = 4096;  // PATH_MAX

// A line for a terminal or a log: longer untrusted text is cut.
inline constexpr std::size_t kShownBytesMax = 200;

}  // namespace paw
