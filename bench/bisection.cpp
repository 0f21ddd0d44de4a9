// How often a search for one step among many commits is right, and what it costs, by simulation: `bisection [SEARCHES]` prints JSON.
//
// 1,000 commits behind the good one, a step of 2 % at a place that is drawn, noise of 1 % a sample; the search knows none of it. Beside it, on the same
// places, the binary search that takes sixteen samples at each of its ten steps, 160 in all, and calls a mean that lies beyond the middle slow:
// it is told both levels, which the other one has to measure.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "base/json.hpp"
#include "stats/bisection.hpp"

namespace {

using benchkit::stats::Bisection;

constexpr std::size_t kCommits = 1'000;
constexpr double kStep = 0.02;
constexpr double kNoise = 0.01;
constexpr std::size_t kEach = 16;

struct Row {
  std::size_t first_slow;
  std::mt19937 random;
  std::normal_distribution<double> scatter{0, kNoise};
  double measure(std::size_t place) { return (place >= first_slow ? kStep : 0) + scatter(random); }
};

std::size_t by_halves(Row& row) {
  std::size_t good = 0;
  std::size_t bad = kCommits;
  while (bad - good > 1) {
    const std::size_t middle = (good + bad) / 2;
    double sum = 0;
    for (std::size_t i = 0; i < kEach; ++i) sum += row.measure(middle);
    (sum / kEach > kStep / 2 ? bad : good) = middle;
  }
  return bad;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t searches = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200;
  std::vector<std::size_t> samples;
  std::size_t right = 0;
  std::size_t halves_right = 0;
  for (std::size_t seed = 0; seed < searches; ++seed) {
    const std::size_t place = 1 + std::mt19937(static_cast<unsigned>(seed * 7919 + 1))() % kCommits;
    Row row{place, std::mt19937(static_cast<unsigned>(seed))};
    Bisection search(kCommits + 1);
    while (const auto at = search.next()) search.add(*at, row.measure(*at));
    samples.push_back(search.samples());
    const auto answer = search.best();
    right += search.state() == Bisection::State::found && answer->first_new == place && answer->last_old + 1 == place ? 1 : 0;
    Row again{place, std::mt19937(static_cast<unsigned>(seed))};
    halves_right += by_halves(again) == place ? 1 : 0;
  }
  std::sort(samples.begin(), samples.end());
  std::size_t all = 0;
  for (const std::size_t count : samples) all += count;
  const benchkit::Json shown{{"searches", searches},
                             {"right", right},
                             {"mean", static_cast<double>(all) / static_cast<double>(searches)},
                             {"median", samples[searches / 2]},
                             {"most", samples.back()},
                             {"halves_right", halves_right},
                             {"halves_samples", kEach * 10}};
  std::printf("%s\n", shown.dump().c_str());
}
