// How often the rules are wrong where their assumptions are strained, by simulation with fixed seeds: `error_rates [PERCENT]` prints JSON, of so many hundredths of
// the runs (100). Looks at few blocks: a step of 13 blocks is no equal part of them, and t of few blocks no Brownian motion
// (stats/group_sequential.cpp). Files of different runs: the noise between runs is learnt from the cases themselves, and a tail that few of
// them have is learnt badly (compare/noise_floor.cpp).
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/json.hpp"
#include "compare/run_noise_test.hpp"
#include "stats/planned_looks_test.hpp"

namespace {

using benchkit::Json;

int share_of(int runs, int percent) { return std::max(1, runs * percent / 100); }

}  // namespace

int main(int argc, char** argv) {
  const int percent = argc > 1 ? std::atoi(argv[1]) : 100;
  Json looks = Json::array();
  for (const std::size_t planned : {13, 20, 36}) {
    const int runs = share_of(20000, percent);
    const benchkit::stats::FalseCalls calls = benchkit::stats::false_calls_of_looks(planned, runs, 20261126);
    looks.push_back(
        {{"planned", planned}, {"runs", runs}, {"looks", calls.looks}, {"full_steps", calls.full_steps}, {"one_test", calls.one_test}});
  }
  Json unpaired = Json::array();
  for (const benchkit::compare::RunNoise& noise : benchkit::compare::kRunNoises) {
    const int pairs = share_of(1000, percent);
    for (const int cases : {20, 60, 200}) {
      const int wrong = benchkit::compare::pairs_with_a_false_one(noise, pairs, cases, 20261126);
      unpaired.push_back({{"noise", noise.name}, {"pairs", pairs}, {"cases", cases}, {"wrong", wrong}});
    }
  }
  std::puts(Json{{"looks", looks}, {"unpaired", unpaired}}.dump(1).c_str());
}
