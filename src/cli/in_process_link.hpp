// A worker in this process, for a notebook: no process to start, none to lose.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "runner/worker_link.hpp"

namespace benchkit::cli {

/// Answers one request line with the reply lines; the empty request asks for the hello.
using LineExchange = std::function<std::vector<std::string>(const std::string&)>;

class InProcessWorkers final : public runner::WorkerFactory {
 public:
  InProcessWorkers(LineExchange exchange, std::string reason, const base::InterruptGuard* interrupts)
      : exchange_(std::move(exchange)), reason_(std::move(reason)), interrupts_(interrupts) {}
  [[nodiscard]] std::unique_ptr<runner::WorkerLink> start(const protocol::LaunchRecipe& recipe) override;
  [[nodiscard]] std::string refuses_recipes() const override;
  [[nodiscard]] bool fresh_processes() const noexcept override { return false; }

 private:
  LineExchange exchange_;
  std::string reason_;
  const base::InterruptGuard* interrupts_;
};

}  // namespace benchkit::cli
