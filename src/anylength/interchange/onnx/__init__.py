"""ONNX: reads graphs (stacks of layers, one step with its state, Scan) as step programs, and writes standard operators."""
