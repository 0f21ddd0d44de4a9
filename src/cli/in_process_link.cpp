#include "cli/in_process_link.hpp"

#include <deque>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::cli {
namespace {

using runner::Heard;

class InProcessWorker final : public runner::WorkerLink {
 public:
  InProcessWorker(LineExchange exchange, const base::InterruptGuard* interrupts) : exchange_(std::move(exchange)), interrupts_(interrupts) {
    ask({});
  }

  void send(const protocol::Message& message) override { ask(protocol::to_line(message)); }

  Heard receive(std::int64_t /*timeout_ns*/) override {
    if (interrupts_ != nullptr && interrupts_->interrupted() && !std::exchange(interrupt_told_, true))
      return {Heard::Kind::interrupted, {}, {}};
    if (lines_.empty()) return lost("the worker in this process gave no answer");
    const std::string line = std::move(lines_.front());
    lines_.pop_front();
    try {
      return {Heard::Kind::message, protocol::from_line(line, "worker"), {}};
    } catch (const Error& error) {
      return lost(describe(error));
    }
  }

  std::string stop() override {
    lines_.clear();
    return {};
  }

 private:
  void ask(const std::string& request) {
    for (std::string& line : exchange_(request)) lines_.push_back(std::move(line));
  }
  static Heard lost(std::string reason) { return {Heard::Kind::lost, {}, {Status::protocol, std::move(reason), Json::object()}}; }

  LineExchange exchange_;
  const base::InterruptGuard* interrupts_;
  std::deque<std::string> lines_;
  bool interrupt_told_ = false;
};

}  // namespace

std::unique_ptr<runner::WorkerLink> InProcessWorkers::start(const protocol::LaunchRecipe& /*recipe*/) {
  return std::make_unique<InProcessWorker>(exchange_, interrupts_);
}

std::string InProcessWorkers::refuses_recipes() const {
  return fmt::format("it needs a worker of its own, which {} cannot start", reason_);
}

}  // namespace benchkit::cli
