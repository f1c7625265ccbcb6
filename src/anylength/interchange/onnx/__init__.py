"""ONNX: graphs of one recurrent operator in, read by meaning; one standard operator out."""
