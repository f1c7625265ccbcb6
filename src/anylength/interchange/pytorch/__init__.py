"""PyTorch: reads state_dicts and live modules, writes state_dicts."""
