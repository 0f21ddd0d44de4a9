// Everything that a host needs.
#pragma once

#include <benchkit/app/app.hpp>
#include <benchkit/base/error.hpp>
#include <benchkit/core/action.hpp>
#include <benchkit/core/case.hpp>
#include <benchkit/core/memory.hpp>
#include <benchkit/core/probe.hpp>
#include <benchkit/core/run_case.hpp>
#include <benchkit/model/dims.hpp>
#include <benchkit/model/metric.hpp>
