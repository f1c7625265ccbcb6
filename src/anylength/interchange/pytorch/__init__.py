"""PyTorch: tensors by its names and live modules in, a state_dict out."""
