// fake: a suite that measures a spinning loop, for trying a sweep out and for measuring the runner itself.
#include "sweep/provisioner.hpp"

namespace benchkit::sweep {
namespace {

bool claims(const VersionSpec& spec, const Host& /*host*/) { return spec.kind == VersionSpec::Kind::fake; }

/// `NAME,KEY=VALUE,...`: the worker reads the keys.
Environment provision(const Request& request) {
  Environment environment{.argv = request.host.command_argv};
  environment.argv.insert(environment.argv.end(), {"serve-fake", request.spec.what});
  return environment;
}

}  // namespace

Provisioner fake_provisioner() { return {"fake", "fake:NAME,ns=1000,cases=3,slow=2:5%: a suite that spins", &claims, &provision}; }

}  // namespace benchkit::sweep
