"""Candidates: several seeds are trained in one compiled program, and the best verified net is kept.

The choice uses proofs, not a test set. A net with a proof comes before one without. Among proved nets the largest noise budget
wins; if no net has a proof, the lowest final loss wins.
"""

from dataclasses import dataclass

from anylength.errors import InputError
from anylength.nets import Net, architecture_named
from anylength.records import RunConfig
from anylength.tasks import Task, task_named
from anylength.training import TrainResult, fit_block, recipe_named
from anylength.verification.verdicts import find_format_proof, find_noise_budget

MAX_CANDIDATES = 256
"""Candidates at most: time and memory grow linearly with their number."""

STRIDE = 1_000_000
"""Candidate i of seed s has the seed s + i · STRIDE, so that different seeds below the stride share no candidate."""


MEMORIES = (0,)
"""The quick search keeps one box for each state of the machine, whatever the last symbols were."""


@dataclass(frozen=True)
class Chosen:
    """The chosen candidate.

    Attributes:
        trained: Its training result.
        seed: Its seed.
        proved: Number of candidates with a proof.
    """

    trained: TrainResult
    seed: int
    proved: int


def check_candidates(count: int, cell: str) -> None:
    """Checks a number of candidates.

    Raises:
        InputError: The number is not 1…256, or there are several candidates of a net that cannot be proved (its context grows).
    """
    if not 1 <= count <= MAX_CANDIDATES:
        raise InputError(f"1 to {MAX_CANDIDATES} candidates", str(count), "pass for example --candidates 8")
    if count > 1 and architecture_named(cell).cell is None:
        raise InputError(f"1 candidate of a net that has no proof ({cell})", str(count), "leave out --candidates")


def choose(config: RunConfig) -> Chosen:
    """Trains all candidates of a configuration and keeps the best verified one."""
    task = task_named(config.task, config.base, config.machine)
    seeds = [config.seed + index * STRIDE for index in range(config.candidates)]
    recipe = recipe_named(config.recipe, task, config.cell)
    nets = fit_block(task, seeds, cell=config.cell, hidden=config.hidden, recipe=recipe, data=config.data, epochs=config.epochs)
    budgets = [_noise_budget(trained, task) for trained in nets]
    best = max(range(len(nets)), key=lambda index: (budgets[index], -nets[index].epochs[-1].loss))
    return Chosen(nets[best], seeds[best], sum(budget > 0 for budget in budgets))


def _noise_budget(trained: TrainResult, task: Task) -> float:
    """The noise budget of a net; 0 if the quick search finds no proof."""
    net = trained.net
    assert isinstance(net, Net)  # `check_candidates` refuses other nets
    proof = find_format_proof(net, task.machine, MEMORIES, "float32")
    return find_noise_budget(net, task.machine, proof)[0] if proof else 0.0
