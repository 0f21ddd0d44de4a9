#include "core/failure.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <typeinfo>

#include <benchkit/base/error.hpp>

namespace benchkit::core {
namespace {

std::string type_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
  return status == 0 ? name.get() : type.name();
}

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
    return {Status::memory, std::string("out of memory: ") + error.what(), {{"stage", stage}, {"type", type_name(typeid(error))}}};
  } catch (const std::exception& error) {
    return failed(stage, error.what(), type_name(typeid(error)));
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    const std::string name = type == nullptr ? "unknown" : type_name(*type);
    return failed(stage, "an exception of type " + name, name);
  }
}

}  // namespace benchkit::core
