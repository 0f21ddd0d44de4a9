// serve-fake: the worker behind the fake versions of `sweep`. Not for people.
#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>
#include <benchkit/core/probe.hpp>

#include "base/list.hpp"
#include "base/units.hpp"
#include "cli/commands/command.hpp"
#include "core/worker.hpp"

namespace benchkit::cli {
namespace {

/// `NAME,cases=3,ns=1000,noise=1%,slow=2:5%,lacks=1,fails=0,limit=time:1050ns`: what a call of each case says that it took, in which cases the version differs, and
/// the limits of each.
struct FakeSuite {
  std::size_t cases = 3;
  double ns = 1000;
  double noise = 0.01;
  std::map<std::size_t, double> slow{};
  std::set<std::size_t> lacks{}, fails{};
  std::vector<std::string> limits{};
};

std::size_t number_in(const std::string& text) {
  try {
    return std::stoul(text);
  } catch (const std::exception&) {
    throw Error(fmt::format("\"{}\" is no number", text), "fake:");
  }
}

FakeSuite parse(const std::string& text) {
  FakeSuite suite;
  bool named = false;
  base::for_each_part(text, [&](std::string_view part) {
    const std::size_t equals = part.find('=');
    if (!std::exchange(named, true) && equals == std::string_view::npos) return;
    const std::string key(part.substr(0, equals));
    const std::string value(equals == std::string_view::npos ? "" : part.substr(equals + 1));
    if (key == "cases") suite.cases = number_in(value);
    else if (key == "ns") suite.ns = static_cast<double>(number_in(value));
    else if (key == "noise") suite.noise = base::parse_percent(value, "fake: noise");
    else if (key == "slow") suite.slow[number_in(value)] = base::parse_percent(value.substr(value.find(':') + 1), "fake: slow");
    else if (key == "lacks") suite.lacks.insert(number_in(value));
    else if (key == "fails") suite.fails.insert(number_in(value));
    else if (key == "limit") suite.limits.push_back(value);
    else
      throw Error(fmt::format("a fake version has no \"{}\"", key), "fake:" + text,
                  "NAME,cases=3,ns=1000,noise=1%,slow=2:5%,lacks=1,fails=0,limit=time:1050ns");
  });
  return suite;
}

std::vector<core::HostCase> cases_of(const FakeSuite& suite) {
  std::vector<core::HostCase> cases;
  for (std::size_t i = 0; i < suite.cases; ++i) {
    if (suite.lacks.contains(i)) continue;
    const auto slow = suite.slow.find(i);
    const double ns = suite.ns * (1 + (slow == suite.slow.end() ? 0 : slow->second));
    Case one{.id = fmt::format("fake[{}]", i), .dims = {{"n", static_cast<std::int64_t>(i)}}};
    one.limits = suite.limits;
    one.run = [ns, noise = suite.noise, fails = suite.fails.contains(i)] {
      const auto random = std::make_shared<std::mt19937_64>(std::random_device{}());
      return [=](Probe& probe) {
        if (fails) throw std::runtime_error("this case fails");
        probe.time(ns * std::exp(std::normal_distribution<double>(0, noise)(*random)));
      };
    };
    cases.push_back({std::move(one), "fake", {}});
  }
  return cases;
}

int serve_fake(const std::string& text) {
  const int descriptor = core::take_worker_descriptor();
  if (descriptor < 0) throw Error("only benchkit itself starts this command", "serve-fake", "use sweep fake:NAME");
  core::Host host;
  host.program = "fake";
  host.language = "none";
  core::WorkerSession session(std::move(host), core::plain_cases([&] { return cases_of(parse(text)); }), core::system_clock());
  return core::serve(session, descriptor);
}

Action declare(Arguments& command, const SuiteOptions& /*of_suite*/) {
  const auto text = std::make_shared<std::string>();
  command.add_option("suite", *text)->required();
  return [text](const Context& /*context*/) { return serve_fake(*text); };
}

}  // namespace

CommandEntry serve_fake_command() { return {"serve-fake", "the worker behind a fake version", true, &declare}; }

}  // namespace benchkit::cli
