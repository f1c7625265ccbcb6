from .baseline import linear_baseline
from .blog import BLOG, Blog
from .constructed import Constructed
from .defaults import CERTIFIED_NAME, CONSTRUCTED_NAME, HARDEN_NAME, HARDENED, default_cell, default_recipe, known_limit
from .fitting import Progress, Session, TrainResult, fit, fit_block
from .learned_invariant import CERTIFIED, ROBUST, LearnedInvariant
from .limits import cell_limit
from .program import VMAP_WIDTH, processors
from .recipe import AbstractRecipe
from .recipes import RECIPES, hardening_named, recipe_named, with_unseen
from .seen import REFUSE
from .settings import hardening, retraining, tuned
from .unrolled import HARDEN, HARDENING, TUNE, UNROLLED, Unrolled
from .words import MEMORY, PLAIN, Words

__all__ = [
    "AbstractRecipe", "BLOG", "Blog", "CERTIFIED", "CERTIFIED_NAME", "CONSTRUCTED_NAME", "Constructed",
    "HARDEN", "HARDENED", "HARDENING", "HARDEN_NAME", "LearnedInvariant", "MEMORY", "PLAIN", "Progress", "RECIPES", "REFUSE",
    "ROBUST", "Session", "TUNE", "TrainResult", "UNROLLED", "Unrolled", "VMAP_WIDTH", "Words",
    "cell_limit", "default_cell", "default_recipe", "fit", "fit_block", "hardening", "hardening_named", "known_limit",
    "linear_baseline", "processors", "recipe_named", "retraining", "tuned", "with_unseen",
]  # fmt: skip
