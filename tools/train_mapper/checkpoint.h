// Checkpoints of a training run, in its folder:
//
//   mapper.safetensors   the mapper as mapper/ and encode/ load it: the standardisation of the features folded into the trunk
//   state.safetensors    everything a run needs to go on to the same numbers: parameters, moments, standardisation; the step and the
//                        digest of the run's settings in its metadata
//
// Both appear whole or not at all. Thread rule: pure functions on values. Errors: what fs/ and tensor/ say; kRefused for a state of
// another run.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fs/fs.h"
#include "paw/status.h"
#include "tools/train_mapper/optimiser.h"
#include "tools/train_mapper/parameters.h"

namespace paw {

// x = (features - mean) * scale
struct Standardisation {
  std::vector<float> mean, scale;  // (features)
};

inline constexpr char kMapperName[] = "mapper.safetensors";
inline constexpr char kStateName[] = "state.safetensors";

Status WriteMapper(Fs& fs, const std::string& path, const Parameters& parameters, const Standardisation& standard,
                   const std::map<std::string, std::string>& metadata);

Status WriteState(Fs& fs, const std::string& path, const Parameters& parameters, const OptimiserState& state,
                  const Standardisation& standard, const std::string& run);
// Into values of the right layout. kRefused for a state that was written by another run.
Status ReadState(Fs& fs, const std::string& path, const std::string& run, Parameters& parameters, OptimiserState& state,
                 Standardisation& standard);

// Takes the tensors of a mapper (mapper.safetensors, or the GGUF that is shipped) that have the name and the shape of a parameter: how a mapper
// begins from a fixed LoRA or goes on from another mapper, whose trunk is unfolded by this run's standardisation. kRefused when none fits.
Status TakeParameters(Fs& fs, const std::string& path, const Standardisation& standard, Parameters& parameters);

}  // namespace paw
