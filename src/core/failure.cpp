#include "core/failure.hpp"

#include <cxxabi.h>

#include <new>
#include <string>
#include <typeinfo>

#include <benchkit/base/error.hpp>

#include "base/demangle.hpp"

namespace benchkit::core {
namespace {

Outcome failed(const char* stage, const std::string& reason, const std::string& type) {
  return {Status::error, reason, {{"stage", stage}, {"type", type}}};
}

}  // namespace

Outcome outcome_of_current_exception(const char* stage) {
  try {
    throw;
  } catch (const CaseFailure& failure) {
    Outcome outcome = failure.outcome();
    if (!outcome.details.contains("stage")) outcome.details["stage"] = stage;
    return outcome;
  } catch (const Error& error) {
    return failed(stage, describe(error), "benchkit::Error");
  } catch (const std::bad_alloc& error) {
    return {Status::memory, std::string("out of memory: ") + error.what(), {{"stage", stage}, {"type", base::type_name(typeid(error))}}};
  } catch (const std::exception& error) {
    return failed(stage, error.what(), base::type_name(typeid(error)));
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    const std::string name = type == nullptr ? "unknown" : base::type_name(*type);
    return failed(stage, "an exception of type " + name, name);
  }
}

}  // namespace benchkit::core
