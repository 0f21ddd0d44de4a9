// The runner's end of a worker: what is said to it and what comes back, its death included. Tests hand in one that is a script.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/os.hpp"
#include "model/snapshot.hpp"
#include "protocol/messages.hpp"

namespace benchkit::runner {

/// What came of waiting for a worker.
struct Heard {
  enum class Kind {
    message,      ///< `message` holds it
    lost,         ///< the worker is gone; `outcome` says how: signal, exit, timeout, memory or protocol
    interrupted,  ///< the person wants to stop; the worker still lives
  };
  Kind kind = Kind::message;
  std::optional<protocol::Message> message;
  Outcome outcome;
  bool by_another = false;  ///< lost because of what another version did that lived in the same process
};

/// One worker, alive until `lost` was heard or `stop` was called.
class WorkerLink {
 public:
  virtual ~WorkerLink() = default;
  virtual void send(const protocol::Message& message) = 0;
  /// The next message. `timeout_ns` of silence (0: no limit) end the worker: `lost` with status timeout.
  [[nodiscard]] virtual Heard receive(std::int64_t timeout_ns) = 0;
  /// What the worker printed since the last call: {"stdout": its end, "stderr": its end}, without those that are empty.
  [[nodiscard]] virtual Json take_output() { return Json::object(); }
  /// Tells the worker to end and does not wait for it: stop() does, which has then less to wait for.
  virtual void quit() {}
  /// Ends the worker with everything that it started: politely first, then not. Returns how it ended by itself, if that was not well
  /// (a destructor that crashes, an exit handler with another code), else an empty text.
  virtual std::string stop() = 0;
  /// Halts the worker with all its threads, so that it disturbs nobody while another one is timed. The next message that is sent
  /// to it, or waited for, lets it go on.
  virtual void pause() {}
  /// Binds all its threads to one CPU; -1: to every one that this process may use.
  virtual void pin(int /*cpu*/) {}
  /// How many threads it and what it started have now; 0: not known.
  [[nodiscard]] virtual int threads() const { return 0; }

 protected:
  WorkerLink() = default;
  WorkerLink(const WorkerLink&) = default;
  WorkerLink& operator=(const WorkerLink&) = default;
};

/// Starts workers of one version of a suite.
class WorkerFactory {
 public:
  virtual ~WorkerFactory() = default;
  /// Throws benchkit::Error if none can be started.
  [[nodiscard]] virtual std::unique_ptr<WorkerLink> start(const protocol::LaunchRecipe& recipe) = 0;
  /// Which layout of the version's code the workers have that are started from now on: those of benchkit_layouts() are numbered from 1.
  virtual void choose_layout(std::size_t /*number*/) {}
  /// Why a launch recipe cannot be followed here, or empty.
  [[nodiscard]] virtual std::string refuses_recipes() const { return {}; }
  /// True if every worker is a process of its own, so that blocks are what they are called.
  [[nodiscard]] virtual bool fresh_processes() const noexcept { return true; }
  /// Whether the machine has room for another worker beside those that live.
  [[nodiscard]] virtual bool has_room() const { return fresh_processes(); }
  /// The time by which a run with these workers is planned: the machine's. Those of a test take no time, and have one of their own.
  [[nodiscard]] virtual std::int64_t now_ns() const { return base::monotonic_ns(); }

 protected:
  WorkerFactory() = default;
  WorkerFactory(const WorkerFactory&) = default;
  WorkerFactory& operator=(const WorkerFactory&) = default;
};

}  // namespace benchkit::runner
