from .nets import CELLS, Net, batched_step, draw, layer_of, run, start
from .rates import Contraction, contraction
from .tasks import TASKS, streams
from .training import HARDEN, PLAIN, TOGETHER, Recipe, errors, fit

__all__ = [
    "CELLS", "Contraction", "HARDEN", "Net", "PLAIN", "Recipe", "TASKS", "TOGETHER",
    "batched_step", "contraction", "draw", "errors", "fit", "layer_of", "run", "start", "streams",
]  # fmt: skip
