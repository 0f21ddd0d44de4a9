// What a session's header says of its workers, whoever drives them.
#pragma once

#include <cstdint>

#include "model/snapshot.hpp"
#include "protocol/messages.hpp"

namespace benchkit::runner {

/// Program, language, processes, clock and origin. `origin_ns`: what the samples' start counts from; `fresh_processes`: as WorkerFactory has it.
void add_worker_facts(Session& session, const protocol::Hello& hello, bool fresh_processes, std::int64_t origin_ns);

/// What a worker says of the version that it serves: toolchain, and packages where there are some.
[[nodiscard]] Json version_facts(const protocol::Hello& hello, const protocol::Cases& cases);

}  // namespace benchkit::runner
