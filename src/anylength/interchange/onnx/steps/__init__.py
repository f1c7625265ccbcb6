"""ONNX graphs as step programs: stacks of layers, one step with its state as input and output, and Scan."""
