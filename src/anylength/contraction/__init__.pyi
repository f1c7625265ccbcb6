from .nets import CELLS, Net, draw, layer_of, run
from .rates import Contraction, contraction
from .tasks import TASKS, streams
from .training import HARDEN, PLAIN, TOGETHER, Recipe, errors, fit

__all__ = [
    "CELLS", "Contraction", "HARDEN", "Net", "PLAIN", "Recipe", "TASKS", "TOGETHER",
    "contraction", "draw", "errors", "fit", "layer_of", "run", "streams",
]  # fmt: skip
