"""Sweeps: a file of settings → many nets, one row each, on one machine or many; resumable; and their statistics.

Import the modules one by one: `sweeps.worker` must not load JAX before a worker's surroundings are settled.
"""
