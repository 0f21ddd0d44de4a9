// What a registry holds.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <benchkit/suite/registry.hpp>

namespace benchkit {

struct Registry::State {
  /// A reason, asked for once: what it throws is thrown again, for to import a broken library once is dear enough.
  class Asked {
   public:
    const std::string& operator()(const Reason& reason) {
      if (failure_) std::rethrow_exception(failure_);
      if (answer_) return *answer_;
      try {
        answer_ = reason ? reason() : std::string();
      } catch (...) {
        failure_ = std::current_exception();
        throw;
      }
      return *answer_;
    }

   private:
    std::optional<std::string> answer_;
    std::exception_ptr failure_;
  };
  struct Answers {
    Asked absent, missing;
  };
  struct KnownSubject {
    Subject subject;
    std::string place;
    std::size_t dial = 0;
    Answers answers{};
  };
  struct KnownOperation {
    Operation operation;
    std::string place;
    Answers answers{};
    std::vector<Answers> of_variants{};
  };

  SuiteSpec spec;
  std::vector<KnownSubject> subjects{};
  std::vector<KnownOperation> operations{};
  std::vector<Point> points{};                            ///< empty: to be made
  std::unordered_map<std::string, std::size_t> by_id{};   ///< of the points
  std::unordered_map<std::string, std::size_t> owners{};  ///< id -> position of its subject, for all that is registered

  void check_template(const std::string& text, const std::string& variant_dim, const std::string& place) const;
  [[nodiscard]] std::size_t find_dial(const Subject& subject, const std::string& place) const;
  void check_tags() const;
  void make_points(const Registry& registry);
  /// Every case of the operations from `first_operation` on and these subjects: operations, in each the variants, then the subjects, then the values.
  template <class Visit>
  void for_each_point(std::size_t first_operation, const std::vector<std::size_t>& of_subjects, Visit visit) const;
  /// Takes the ids of those cases. Throws benchkit::Error at `place` that names the places of both subjects where one is taken, and then takes none.
  void claim_ids(const Registry& registry, std::size_t first_operation, const std::vector<std::size_t>& of_subjects,
                 const std::string& place);
  /// The tag by which an operation, in one of its variants, applies.
  [[nodiscard]] static const std::string& tag_of(const Operation& operation, std::size_t variant);
  [[nodiscard]] static bool has_tag(const Subject& subject, const std::string& tag);
};

}  // namespace benchkit
