"""Benchmarks: a kind of net on every task of a suite, scored under the conventions of the field. A benchmark is a sweep."""
