// Attention against plain double loops, forward and backward (the gradient formulas written out per element).
#include "kernels/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "kernels/test_numbers.h"

namespace paw {
namespace {

struct Problem {
  AttentionShape shape;
  int prefix = 0, own = 0;
  std::vector<int> positions;  // of the queries among the own keys
  std::vector<Bf16> q, k, v, k_prefix, v_prefix, d_out;

  Problem(TestNumbers& numbers, int heads, int width, int prefix_keys, int own_keys, int step)
      : shape{heads, width}, prefix(prefix_keys), own(own_keys) {
    for (int t = step - 1; t < own; t += step) positions.push_back(t);
    const auto size = [](int a, int b) { return static_cast<std::size_t>(a * b); };
    q = numbers.Bf16s(size(Queries(), heads * width));
    d_out = numbers.Bf16s(q.size());
    k = numbers.Bf16s(size(own, width)), v = numbers.Bf16s(size(own, width));
    k_prefix = numbers.Bf16s(size(prefix, width)), v_prefix = numbers.Bf16s(size(prefix, width));
  }
  int Queries() const { return static_cast<int>(positions.size()); }
  double K(int j, int d) const { return At(j < prefix ? k_prefix : k, (j < prefix ? j : j - prefix) * shape.head_width + d); }
  double V(int j, int d) const { return At(j < prefix ? v_prefix : v, (j < prefix ? j : j - prefix) * shape.head_width + d); }
  static double At(const std::vector<Bf16>& m, int i) { return Bf16ToFloat(m[static_cast<std::size_t>(i)]); }
};

struct Expected {
  std::vector<double> out, dq, dk, dv;
};

Expected Solve(const Problem& problem) {
  const int w = problem.shape.head_width, heads = problem.shape.heads, keys = problem.prefix + problem.own;
  const double scale = 1.0 / std::sqrt(static_cast<double>(w));
  Expected e;
  e.out.assign(problem.q.size(), 0), e.dq = e.out;
  e.dk.assign(static_cast<std::size_t>(keys * w), 0), e.dv = e.dk;
  for (int i = 0; i < problem.Queries(); ++i) {
    const int seen = problem.prefix + problem.positions[static_cast<std::size_t>(i)] + 1;
    for (int h = 0; h < heads; ++h) {
      const int base = (i * heads + h) * w;
      std::vector<double> p(static_cast<std::size_t>(seen)), dp(p.size(), 0.0);
      double sum = 0, delta = 0;
      for (int j = 0; j < seen; ++j) {
        double s = 0;
        for (int d = 0; d < w; ++d) {
          s += Problem::At(problem.q, base + d) * problem.K(j, d);
          dp[static_cast<std::size_t>(j)] += Problem::At(problem.d_out, base + d) * problem.V(j, d);
        }
        sum += p[static_cast<std::size_t>(j)] = std::exp(s * scale);
      }
      for (int j = 0; j < seen; ++j) delta += (p[static_cast<std::size_t>(j)] /= sum) * dp[static_cast<std::size_t>(j)];
      for (int j = 0; j < seen; ++j) {
        const double pj = p[static_cast<std::size_t>(j)], ds = pj * (dp[static_cast<std::size_t>(j)] - delta) * scale;
        for (int d = 0; d < w; ++d) {
          const auto key = static_cast<std::size_t>(j * w + d), query = static_cast<std::size_t>(base + d);
          e.out[query] += pj * problem.V(j, d);
          e.dq[query] += ds * problem.K(j, d);
          e.dk[key] += ds * Problem::At(problem.q, base + d);
          e.dv[key] += pj * Problem::At(problem.d_out, base + d);
        }
      }
    }
  }
  return e;
}

class EveryAttentionTable : public testing::TestWithParam<const Kernels*> {};

TEST_P(EveryAttentionTable, EqualsPlainLoops) {
  TestNumbers numbers(11);
  AttentionScratch scratch;
  const int cases[][5] = {{3, 64, 0, 1, 1},   {3, 64, 20, 33, 1}, {1, 16, 5, 70, 1},
                          {2, 40, 31, 40, 7}, {4, 8, 0, 130, 1},  {3, 64, 32, 12, 12}};
  for (const auto& c : cases) {
    Problem problem(numbers, c[0], c[1], c[2], c[3], c[4]);
    const auto width = static_cast<std::size_t>(problem.shape.head_width);
    const std::size_t row = width * static_cast<std::size_t>(problem.shape.heads);
    std::vector<int> visible;
    for (const int t : problem.positions) visible.push_back(problem.prefix + t + 1);
    std::vector<Bf16> out(problem.q.size());
    std::vector<float> lse(visible.size() * static_cast<std::size_t>(problem.shape.heads));
    const AttentionQueries queries{
        problem.Queries(), problem.q.data(), row, visible, out.data(), row, lse.data(), static_cast<std::size_t>(problem.shape.heads)};
    const AttentionKeys keys{problem.k.data(), problem.v.data(), problem.k_prefix.data(), problem.v_prefix.data(), width,
                             problem.prefix,   problem.own};
    AttendForward(*GetParam(), problem.shape, queries, keys, scratch);
    const Expected e = Solve(problem);
    for (std::size_t i = 0; i < out.size(); ++i) ASSERT_NEAR(Bf16ToFloat(out[i]), e.out[i], 0.02) << i;

    const auto own = static_cast<std::size_t>(problem.own) * width, prefix = static_cast<std::size_t>(problem.prefix) * width;
    std::vector<float> dq(out.size()), dk(own), dv(own), dk_prefix(prefix), dv_prefix(prefix);
    AttendBackward(
        *GetParam(), problem.shape, queries, keys,
        {problem.d_out.data(), row, dq.data(), row, dk.data(), dv.data(), width, problem.prefix, dk_prefix.data(), dv_prefix.data()},
        scratch);
    for (std::size_t i = 0; i < dq.size(); ++i) ASSERT_NEAR(dq[i], e.dq[i], 0.03 + 0.02 * std::fabs(e.dq[i])) << "dq " << i;
    dk_prefix.insert(dk_prefix.end(), dk.begin(), dk.end());
    dv_prefix.insert(dv_prefix.end(), dv.begin(), dv.end());
    for (std::size_t i = 0; i < dk_prefix.size(); ++i) {
      ASSERT_NEAR(dk_prefix[i], e.dk[i], 0.05 + 0.02 * std::fabs(e.dk[i])) << "dk " << i;
      ASSERT_NEAR(dv_prefix[i], e.dv[i], 0.05 + 0.02 * std::fabs(e.dv[i])) << "dv " << i;
    }
  }
}

TEST_P(EveryAttentionTable, AQuerysBitsDependOnItsKeysAlone) {
  TestNumbers numbers(12);
  AttentionScratch scratch;
  Problem problem(numbers, 3, 64, 0, 100, 1);
  const std::size_t row = 192;
  std::vector<int> visible;
  for (const int t : problem.positions) visible.push_back(t + 1);
  std::vector<Bf16> out(problem.q.size()), one(row);
  const AttentionKeys keys{problem.k.data(), problem.v.data(), nullptr, nullptr, 64, 0, 100};
  AttendForward(*GetParam(), problem.shape, {100, problem.q.data(), row, visible, out.data(), row}, keys, scratch);
  for (const std::size_t t : {0u, 1u, 30u, 31u, 32u, 63u, 64u, 99u}) {
    AttentionKeys fewer = keys;
    fewer.own_keys = static_cast<int>(t) + 1;
    AttendForward(*GetParam(), problem.shape, {1, problem.q.data() + t * row, row, {&visible[t], 1}, one.data(), row}, fewer, scratch);
    EXPECT_EQ(std::memcmp(one.data(), out.data() + t * row, row * 2), 0) << "query " << t;
    // The same through pages filled key by key.
    std::vector<std::vector<Bf16>> pages;
    std::vector<Bf16*> k_pages, v_pages;
    for (std::size_t page = 0; page <= t / kPanel; ++page) {
      for (auto* list : {&k_pages, &v_pages}) list->push_back(pages.emplace_back(64 * kPanel, Bf16{0}).data());
    }
    for (std::size_t j = 0; j <= t; ++j) {
      PutKey(problem.shape, problem.k.data() + j * 64, static_cast<int>(j % kPanel), k_pages[j / kPanel]);
      PutValue(problem.shape, problem.v.data() + j * 64, static_cast<int>(j % kPanel), v_pages[j / kPanel]);
    }
    AttendForward(*GetParam(), problem.shape, {1, problem.q.data() + t * row, row, {&visible[t], 1}, one.data(), row}, k_pages.data(),
                  v_pages.data(), scratch);
    EXPECT_EQ(std::memcmp(one.data(), out.data() + t * row, row * 2), 0) << "query " << t << " by pages";
  }
}

INSTANTIATE_TEST_SUITE_P(Isa, EveryAttentionTable, testing::ValuesIn(AllKernels()),
                         [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace paw
