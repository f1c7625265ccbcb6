"""Benchmarks: a kind of net on every task of a suite, scored under the conventions of the field. A benchmark is a sweep.

Import the modules one by one: `benchmark.worker` must not load JAX before it has set the process's number of threads.
"""
