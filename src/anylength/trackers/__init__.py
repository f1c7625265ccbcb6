"""Experiment trackers: log runs to TensorBoard, Weights & Biases or trackio. Used only where a user names one of them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
