from .baseline import linear_baseline
from .blocks import BlockSession, fit_block
from .blog import Blog
from .constructed import Constructed
from .fitting import Progress, Session, TrainResult, fit
from .learned_invariant import LearnedInvariant
from .limits import cell_limit
from .memory import Memory
from .plain import Plain
from .program import VMAP_WIDTH, processors
from .recipe import AbstractRecipe
from .recipes import CERTIFIED, HARDEN, HARDENING, RECIPES, ROBUST, TUNE, UNROLLED, hardening_named, recipe_named
from .robust import Robust, with_unseen
from .rounded import Rounded, on_grid
from .seen import REFUSE
from .settings import HARDENED, default_cell, default_recipe, hardening, known_limit, retraining, tuned
from .unrolled import Unrolled

__all__ = [
    "CERTIFIED", "HARDEN", "HARDENED", "HARDENING", "RECIPES", "REFUSE", "ROBUST", "TUNE", "UNROLLED", "VMAP_WIDTH",
    "AbstractRecipe", "BlockSession", "Blog", "Constructed", "LearnedInvariant", "Memory", "Plain", "Progress",
    "Robust", "Rounded", "Session", "TrainResult", "Unrolled", "cell_limit", "default_cell", "default_recipe", "fit",
    "fit_block", "hardening", "hardening_named", "known_limit", "linear_baseline", "on_grid", "processors", "recipe_named",
    "retraining", "tuned", "with_unseen",
]  # fmt: skip
