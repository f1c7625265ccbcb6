"""ONNX: reads graphs with one recurrent operator by abstract interpretation, and writes graphs of standard operators."""
