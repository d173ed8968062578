// ExportPeft and ImportPeft: programs as PEFT folders, in the layout of the official hub, and back.
//
//   adapter_config.json, adapter_model.safetensors   the LoRA (adapter/peft.h)
//   prompt_template.txt, meta.json                   as in the .paw; both may be missing on the way in
//   pseudo_program.txt                               where there is one
//
// A folder that ExportPeft wrote in F32 comes back as the same program, byte for byte. Any other adapter of ours is a new program:
// what was measured on the old one (held-out score, calibration, reject threshold) is left out of its manifest. An official meta.json,
// which measured nothing, is kept with its program id.
//
// Thread rule: as Workspace. Nothing of an import is written here: the caller publishes the bundle. An exported folder appears whole.
// Errors: kRefused for a malformed folder or one that does not fit its base, kUsage where something must be told (no template), kNotFound
// for an absent folder, program or base, kFailed for a folder that is in the way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/workspace.h"
#include "bundle/bundle.h"
#include "paw/status.h"
#include "tensor/dtype.h"

namespace paw {

struct PeftExport {
  std::string program_id;
  std::string base_model;  // base_model_name_or_path
  std::int32_t rank = 0;
  float alpha = 0.0f;
  std::size_t tensors = 0;
};

// `dtype`: BF16, F16 or F32. `folder` must be absent or empty.
Result<PeftExport> ExportPeft(Workspace& workspace, const std::string& reference, const std::string& folder, DType dtype);

struct PeftImportRequest {
  std::string folder;
  std::string base;                   // a name or a path; empty: what meta.json says, else adapter_config.json
  std::string template_path;          // in place of the folder's prompt_template.txt
  std::optional<std::string> spec;    // in place of meta.json's
  std::optional<DType> adapter_type;  // nullopt: as the program of meta.json was stored, else Q4_0
  int threads = 0;                    // 0: all cores
};

struct PeftImport {
  Bundle bundle;
  DType adapter_type = DType::kQ4_0;
  std::vector<std::string> warnings;
};

Result<PeftImport> ImportPeft(Workspace& workspace, const PeftImportRequest& request);

}  // namespace paw
