from .explanation import explain
from .failure_modes import failure_mode_of

__all__ = ["explain", "failure_mode_of"]
