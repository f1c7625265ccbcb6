"""Sweeps: many nets from one file of settings, on one machine or many. Resumable, with statistics.

Import the modules one by one: `sweeps.worker` must not load JAX before it has set the process's number of threads.
"""
