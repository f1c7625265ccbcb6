"""Side-by-side timings: ours, PyTorch, and TensorFlow where it is installed. `make bench` runs them all."""
