"""Benchmarks: each module measures one thing and writes one results file, which the tables in `docs/` are made from.

`python -m benchmarks` compares the speed of anylength with PyTorch and TensorFlow. Every other module says at its top which command
runs it and which file it writes.
"""
