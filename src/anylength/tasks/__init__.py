"""Tasks: what a net learns. `TASKS` maps each name to its maker; `PARAMETRIC_TASKS` holds the tasks with a number K in the name."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
