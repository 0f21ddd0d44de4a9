#pragma once

/// Nanoseconds a pair of malloc and free.
extern "C" __attribute__((visibility("default"))) double bench_churn(unsigned seed);
