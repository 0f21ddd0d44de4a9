// command: another command in place of a single --command.
#include <benchkit/base/error.hpp>

#include "sweep/provisioner.hpp"

namespace benchkit::sweep {
namespace {

bool claims(const VersionSpec& spec, const Host& /*host*/) { return spec.kind == VersionSpec::Kind::command; }

Environment provision(const Request& request) {
  if (!request.host.worker_of_command)
    throw Error("cmd:COMMAND goes with a single --command 'name=CMD'", request.spec.text, "add --command, which names the case");
  return {.argv = request.host.worker_of_command(request.spec.what)};
}

}  // namespace

Provisioner command_provisioner() { return {"command", "cmd:COMMAND, beside a single --command", &claims, &provision}; }

}  // namespace benchkit::sweep
