// Everything that a host needs.
#pragma once

#if __cplusplus < 202002L
#error "benchkit needs C++20: compile with -std=c++20 or later"
#else

#include <benchkit/app/app.hpp>
#include <benchkit/base/error.hpp>
#include <benchkit/core/action.hpp>
#include <benchkit/core/case.hpp>
#include <benchkit/core/memory.hpp>
#include <benchkit/core/probe.hpp>
#include <benchkit/core/run_case.hpp>
#include <benchkit/model/call_paths.hpp>
#include <benchkit/model/dims.hpp>
#include <benchkit/model/metric.hpp>
#include <benchkit/suite/registry.hpp>
#include <benchkit/suite/suite.hpp>

#endif
