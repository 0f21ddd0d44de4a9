// Pairs of runs of one code, whose numbers differ by what differs between runs: for the tests, and for the figures of docs/benchmarks.md.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>
#include <utility>
#include <vector>

#include "compare/verdict.hpp"

namespace benchkit::compare {

/// By how much a case differs between two runs for no reason: a logarithm.
struct RunNoise {
  const char* name;
  double (*draw)(std::mt19937_64&);
};
inline constexpr std::array<RunNoise, 3> kRunNoises{
    {{"normal", [](std::mt19937_64& random) { return 0.05 * std::normal_distribution<double>()(random); }},
     {"Student's t with 3 degrees of freedom",
      [](std::mt19937_64& random) { return 0.03 * std::student_t_distribution<double>(3)(random); }},
     {"one case in ten four times as noisy", [](std::mt19937_64& random) {
        const double deviation = std::uniform_real_distribution<double>()(random) < 0.1 ? 0.12 : 0.03;
        return deviation * std::normal_distribution<double>()(random);
      }}}};

/// In how many of `pairs` any of `cases` unchanged cases is called, of six blocks a side, nothing of which says what is of a kind.
inline int pairs_with_a_false_one(const RunNoise& noise, int pairs, int cases, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  int with_one = 0;
  for (int pair = 0; pair < pairs; ++pair) {
    std::vector<Evidence> suite;
    for (int i = 0; i < cases; ++i) {
      Evidence one{.metric = "time", .logarithmic = true, .has_values = true, .base_centre = 100, .head_centre = 100};
      const double shift = noise.draw(random);
      for (int block = 0; block < 6; ++block) {
        one.base.push_back(0.002 * std::normal_distribution<double>()(random));
        one.head.push_back(shift + 0.002 * std::normal_distribution<double>()(random));
      }
      suite.push_back(std::move(one));
    }
    const std::vector<Judgement> judgements = judge(suite, {});
    with_one += std::any_of(judgements.begin(), judgements.end(),
                            [](const Judgement& one) { return one.verdict == Verdict::regressed || one.verdict == Verdict::improved; })
                    ? 1
                    : 0;
  }
  return with_one;
}

}  // namespace benchkit::compare
