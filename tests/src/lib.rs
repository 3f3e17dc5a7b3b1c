//! End to end with real processes, faults, benchmarks.
