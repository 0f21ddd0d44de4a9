// Action: a case's setup and its measured part, type-erased a batch at a time.
//
// A function call through a pointer costs more than many things worth measuring. So what is erased is never one call, but the
// loop around `n` of them: the loop is instantiated with the type of the action, the compiler sees through it, and an empty
// action costs nothing. What the action returns goes through `keep()`, which the optimiser cannot look behind.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include <benchkit/core/probe.hpp>

namespace benchkit {

/// Makes the optimiser believe that `value` is used and that memory may have changed. Costs at most a register move.
template <class T>
[[gnu::always_inline]] inline void keep(const T& value) {
  if constexpr (std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(void*)) {  // NOLINT(bugprone-branch-clone): a register will do here
    asm volatile("" : : "r,m"(value) : "memory");
  } else {
    asm volatile("" : : "m"(value) : "memory");
  }
}

namespace detail {

/// Where the measured region begins and ends. A meter implements it; `begin` and `end` are called once a batch.
class Window {
 public:
  virtual ~Window() = default;
  virtual void begin() = 0;
  virtual void end() = 0;

 protected:
  Window() = default;
  Window(const Window&) = default;
  Window& operator=(const Window&) = default;
};

template <class A>
concept PlainAction = std::invocable<A&>;
template <class A>
concept ProbingAction = std::invocable<A&, Probe&>;

template <class A>
[[gnu::always_inline]] inline decltype(auto) call(A& action, Probe& probe) {
  if constexpr (ProbingAction<A>) {
    return std::invoke(action, probe);
  } else {
    return std::invoke(action);
  }
}

template <class A>
using ResultOf = decltype(call(std::declval<A&>(), std::declval<Probe&>()));

/// One call: the result is kept from the optimiser, then destroyed, before the next call.
template <class A>
[[gnu::always_inline]] inline void call_and_keep(A& action, Probe& probe) {
  if constexpr (std::is_void_v<ResultOf<A>>) {
    call(action, probe);
  } else {
    auto&& result = call(action, probe);
    keep(result);
  }
}

/// Raw room for `n` values that are made in place (so that they need not be movable) and destroyed together.
template <class T>
class Room {
 public:
  explicit Room(std::size_t n) : data_(std::allocator<T>{}.allocate(n)), capacity_(n) {}
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;
  ~Room() noexcept(false) {
    while (size_ > 0) std::destroy_at(data_ + --size_);
    std::allocator<T>{}.deallocate(data_, capacity_);
  }
  template <class Make>
  [[gnu::always_inline]] T& make(Make&& make_value) {
    T* place = ::new (static_cast<void*>(data_ + size_)) T(make_value());
    ++size_;
    return *place;
  }
  [[nodiscard]] T* begin() noexcept { return data_; }
  [[nodiscard]] T* end() noexcept { return data_ + size_; }

 private:
  T* data_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

/// `calls(i)` for i in [0, n), with the results destroyed one by one or, if `keep_result`, after the window.
template <class A, class Pick>
void measure(std::uint64_t n, bool keep_result, Window& window, Probe& probe, Pick&& pick) {
  using Result = ResultOf<A>;
  if constexpr (!std::is_void_v<Result> && !std::is_reference_v<Result>) {
    if (keep_result) {
      Room<Result> results(n);
      window.begin();
      for (std::uint64_t i = 0; i < n; ++i) keep(results.make([&]() -> Result { return call(pick(i), probe); }));
      window.end();
      return;
    }
  }
  window.begin();
#pragma GCC unroll 4
  for (std::uint64_t i = 0; i < n; ++i) call_and_keep(pick(i), probe);
  window.end();
}

}  // namespace detail

/// One live setup: an action that can be called in batches. Destroying it is the teardown.
class LiveSetup {
 public:
  /// A teardown may throw; whoever destroys a live setup is ready for it.
  virtual ~LiveSetup() noexcept(false) {}  // NOLINT(modernize-use-equals-default): `= default` would be noexcept
  /// Calls the action `n` times between `window.begin()` and `window.end()`, on the calling thread.
  virtual void batch(std::uint64_t n, bool keep_result, detail::Window& window, Probe& probe) = 0;

 protected:
  LiveSetup() = default;
  LiveSetup(const LiveSetup&) = default;
  LiveSetup& operator=(const LiveSetup&) = default;
};

/// How a case runs: setup -> action -> teardown. Made from any callable that returns the action.
class Run {
 public:
  /// What one call holds until its window has ended, in bytes: its state where each call has a fresh one, its result where results are
  /// kept. 0: unknown. What hangs on it (a vector's elements) does not count.
  struct Footprint {
    std::size_t state_bytes = 0;
    std::size_t result_bytes = 0;
  };

  /// A foreign way to run (another language's cases, commands). `fresh_batch` sets up `n` states outside the window.
  class Implementation {
   public:
    virtual ~Implementation() = default;
    [[nodiscard]] virtual std::unique_ptr<LiveSetup> open() = 0;
    virtual void fresh_batch(std::uint64_t n, bool keep_result, detail::Window& window, Probe& probe) = 0;
    [[nodiscard]] virtual Footprint footprint() const { return {}; }

   protected:
    Implementation() = default;
    Implementation(const Implementation&) = default;
    Implementation& operator=(const Implementation&) = default;
  };

  Run() = default;
  explicit Run(std::shared_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}

  /// `setup` returns the action: a callable without arguments or with a `benchkit::Probe&`.
  template <class Setup>
    requires(std::invocable<Setup&> && !std::same_as<std::remove_cvref_t<Setup>, Run>)
  Run(Setup setup) : implementation_(make(std::move(setup))) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] explicit operator bool() const noexcept { return implementation_ != nullptr; }
  [[nodiscard]] std::unique_ptr<LiveSetup> open() const { return implementation_->open(); }
  /// A fresh state for every call: the states are set up before the window and destroyed after it.
  void fresh_batch(std::uint64_t n, bool keep_result, detail::Window& window, Probe& probe) const {
    implementation_->fresh_batch(n, keep_result, window, probe);
  }
  [[nodiscard]] Footprint footprint() const { return implementation_->footprint(); }

 private:
  template <class Setup>
  class Typed;

  /// Says what is wrong with a setup before anything is instantiated with it, so that the first error is the one that helps.
  template <class Setup>
  static std::shared_ptr<Implementation> make(Setup setup) {
    using A = std::invoke_result_t<Setup&>;
    constexpr bool kReturns = !std::is_void_v<A>;
    constexpr bool kCallable = detail::PlainAction<A> || detail::ProbingAction<A>;
    static_assert(kReturns, "a case's run must return its action: run = [] { setup...; return [] { measured... }; }");
    static_assert(kCallable || !kReturns, "the action must be callable as action() or action(benchkit::Probe&)");
    if constexpr (kCallable) return std::make_shared<Typed<Setup>>(std::move(setup));
    else return nullptr;
  }

  template <class Setup>
  class Typed final : public Implementation {
    using A = std::invoke_result_t<Setup&>;

    class Live final : public LiveSetup {
     public:
      explicit Live(Setup& setup) : action_(setup()) {}
      void batch(std::uint64_t n, bool keep_result, detail::Window& window, Probe& probe) override {
        detail::measure<A>(n, keep_result, window, probe, [this](std::uint64_t) -> A& { return action_; });
      }

     private:
      A action_;
    };

   public:
    explicit Typed(Setup setup) : setup_(std::move(setup)) {}
    std::unique_ptr<LiveSetup> open() override { return std::make_unique<Live>(setup_); }
    void fresh_batch(std::uint64_t n, bool keep_result, detail::Window& window, Probe& probe) override {
      detail::Room<A> states(n);
      for (std::uint64_t i = 0; i < n; ++i) states.make([&]() -> A { return setup_(); });
      A* const first = states.begin();
      detail::measure<A>(n, keep_result, window, probe, [first](std::uint64_t i) -> A& { return first[i]; });
    }
    [[nodiscard]] Footprint footprint() const override {
      using Result = std::remove_cvref_t<detail::ResultOf<A>>;
      if constexpr (std::is_void_v<Result>) return {sizeof(A), 0};
      else return {sizeof(A), sizeof(Result)};
    }

   private:
    Setup setup_;
  };

  std::shared_ptr<Implementation> implementation_;
};

}  // namespace benchkit
