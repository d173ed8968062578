// Gates: a start of the mapper in which basis n answers for one cluster of specs. The features of a sample are clustered (k-means, as many
// clusters as bases), and the head begins as the ridge regression from the trunk to the clusters, the same for every layer and module:
//
//   c[s, l, m, n, half] ~ 1 where spec s lies in cluster n, else 0          bases zero: the mapper begins exactly as the shared LoRA
//
// Each basis then learns what the specs of its cluster want beyond the shared LoRA, and the head is free to move on. Without a shared
// LoRA bases of zero would have no gradient.
//
// Thread rule: pure functions; equal arguments give equal numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tools/train_mapper/parameters.h"

namespace paw {

// The cluster of each row of x (rows, columns); k-means++ start, at most so many rounds.
std::vector<std::size_t> Cluster(const std::vector<float>& x, std::size_t rows, std::size_t columns, std::size_t clusters,
                                 std::uint64_t seed);

// W (outputs, inputs + 1), the bias last, with least |Z W - y|^2 + ridge |W|^2. z (rows, inputs), y (rows, outputs).
std::vector<float> RidgeRegression(const std::vector<float>& z, const std::vector<float>& y, std::size_t rows, std::size_t inputs,
                                   std::size_t outputs, double ridge);

// x: (specs, features), standardised. Changes the head and the bases of `parameters`, which are mapped.
void StartFromClusters(const std::vector<float>& x, std::size_t specs, std::uint64_t seed, Parameters& parameters);

}  // namespace paw
