"""Candidates: several seeds trained in one compiled program, of which the best verified net is kept.

The certificate chooses, not a test set: a net with a proof before one without, then the larger noise budget; where none
has a proof, the lower final loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from anylength.errors import InputError
from anylength.nets import Net, architecture_named
from anylength.records import RunConfig
from anylength.tasks import Task, task_named
from anylength.training import TrainResult, fit_block, recipe_named
from anylength.verification.verdicts import find_format_proof, find_noise_budget

MAX_CANDIDATES = 256
STRIDE = 1_000_000
"""Candidate i of seed s is seed s + i · STRIDE, so that neighbouring seeds share no candidate."""


@dataclass(frozen=True)
class Chosen:
    """The candidate that was kept, and how many of all had a proof."""

    trained: TrainResult
    seed: int
    proved: int


def check_candidates(count: int, cell: str) -> None:
    """Checks that so many candidates can be trained and compared.

    Raises:
        InputError: Not 1…256; or several, of a net whose context grows.
    """
    if not 1 <= count <= MAX_CANDIDATES:
        raise InputError(f"1 to {MAX_CANDIDATES} candidates", str(count), "pass for example --candidates 8")
    if count > 1 and architecture_named(cell).cell is None:
        raise InputError(f"1 candidate of a net that has no proof ({cell})", str(count), "leave out --candidates")


def choose(config: RunConfig) -> Chosen:
    """Trains all candidates of a configuration and keeps the best verified one."""
    task = task_named(config.task, config.base, config.machine)
    seeds = [config.seed + at * STRIDE for at in range(config.candidates)]
    recipe = recipe_named(config.recipe, task, config.cell)
    nets = fit_block(task, seeds, cell=config.cell, hidden=config.hidden, recipe=recipe, data=config.data, epochs=config.epochs)
    budgets = [_budget(trained, task) for trained in nets]
    best = max(range(len(nets)), key=lambda at: (budgets[at], -nets[at].epochs[-1].loss))
    return Chosen(nets[best], seeds[best], sum(budget > 0 for budget in budgets))


def _budget(trained: TrainResult, task: Task, memories: Sequence[int] = (0,)) -> float:
    """The noise budget, or 0 where the quick search finds no proof."""
    net = trained.net
    assert isinstance(net, Net)  # `check_candidates` lets no other come here
    proof = find_format_proof(net, task.machine, tuple(memories), "float32")
    return find_noise_budget(net, task.machine, proof)[0] if proof else 0.0
