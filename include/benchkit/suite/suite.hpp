// Suite: subjects x operations x a dial, as cases.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <benchkit/base/error.hpp>
#include <benchkit/core/case.hpp>
#include <benchkit/suite/registry.hpp>

namespace benchkit {

/// What operations share in one worker: made at its first use, and kept. Use it in the setup; what it costs to make is then not measured.
template <class T>
class Resource {
 public:
  explicit Resource(std::function<T()> factory) : state_(std::make_shared<State>(State{std::move(factory), nullptr})) {}
  [[nodiscard]] T& operator*() const {
    if (state_->value == nullptr) state_->value = std::make_unique<T>(state_->factory());
    return *state_->value;
  }
  [[nodiscard]] T* operator->() const { return &**this; }

 private:
  struct State {
    std::function<T()> factory;
    std::unique_ptr<T> value;
  };
  std::shared_ptr<State> state_;
};

namespace detail {

/// A suite as an App takes it.
struct SuiteCases {
  std::shared_ptr<const Registry> registry;
  std::vector<std::pair<Case, std::string>> cases;  ///< each with its place
  std::vector<std::string> resources;
};

std::string place_of(const std::source_location& location);

}  // namespace detail

/// A suite whose subjects build a `Model`.
///
///     benchkit::Suite<std::vector<int>> suite({.name = "sorting"});
///     suite.subject({.name = "random", .sizes = {1'000, 100'000}, .long_sizes = {100'000}}, random_ints);
///     suite.operation({.name = "copy"}, [](const auto& build) { return [data = build()] { return std::vector(data); }; });
///     app.add(suite);
///
/// An operation is called with a builder (`build()` makes a Model) and, if it has variants, the name of one; what it does before it returns is the
/// setup, and what it returns is the action.
template <class Model>
class Suite {
 public:
  using Build = std::function<Model(std::int64_t)>;
  using Builder = std::function<Model()>;

  explicit Suite(SuiteSpec spec) : registry_(std::make_shared<Registry>(std::move(spec))) {}

  /// Throws benchkit::Error as Registry::add().
  Suite& subject(Subject subject, Build build, std::source_location place = std::source_location::current()) {
    registry_->add(std::move(subject), detail::place_of(place));
    builds_.push_back(std::move(build));
    return *this;
  }

  /// Throws benchkit::Error as Registry::add(), and where builds are to be shared that cannot be copied (let Model be a std::shared_ptr).
  template <class Setup>
  Suite& operation(Operation operation, Setup setup, std::source_location place = std::source_location::current()) {
    if (operation.share_build && !std::copy_constructible<Model>)
      throw Error("operation '" + operation.name + "' shares builds, which cannot be copied", detail::place_of(place),
                  "let the suite's Model be a std::shared_ptr");
    registry_->add(std::move(operation), detail::place_of(place));
    setups_.push_back([setup = std::move(setup)](const Builder& build, const std::string& variant) -> Run {
      if constexpr (std::invocable<const Setup&, const Builder&, const std::string&>) {
        return [setup, build, variant] { return setup(build, variant); };
      } else {
        return [setup, build] { return setup(build); };
      }
    });
    return *this;
  }

  /// Declares what several operations use, once a worker. The name is recorded: what is shared may carry something from case to case.
  template <class Factory>
  auto resource(const std::string& name, Factory factory) {
    resources_.push_back(name);
    return Resource<std::invoke_result_t<Factory&>>(std::move(factory));
  }

  [[nodiscard]] const Registry& registry() const noexcept { return *registry_; }

  /// Its cases, for an App.
  [[nodiscard]] detail::SuiteCases cases() const {
    detail::SuiteCases all{registry_, {}, resources_};
    std::map<std::pair<std::size_t, std::int64_t>, Builder> shared;
    for (const Point& point : registry_->points()) {
      const Operation& operation = registry_->operation(point.operation);
      Builder build = [make = builds_[point.subject], value = point.value] { return make(value); };
      if constexpr (std::copy_constructible<Model>) {
        if (operation.share_build) build = shared.try_emplace({point.subject, point.value}, kept(build)).first->second;
      }
      const std::string variant = point.variant == Point::kNoVariant ? std::string() : operation.variants[point.variant].name;
      Case one{.id = registry_->id(point), .dims = registry_->dims(point), .run = setups_[point.operation](build, variant)};
      one.group = operation.name;
      if (operation.share_build) one.labels.emplace_back("shared_build", 1);
      all.cases.emplace_back(std::move(one), registry_->place(point));
    }
    return all;
  }

 private:
  static Builder kept(const Builder& build)
    requires std::copy_constructible<Model>
  {
    return [resource = Resource<Model>(build)] { return *resource; };
  }

  std::shared_ptr<Registry> registry_;
  std::vector<Build> builds_;
  std::vector<std::function<Run(const Builder&, const std::string&)>> setups_;
  std::vector<std::string> resources_;
};

}  // namespace benchkit
