"""Candidates: several seeds are trained in one compiled program, and the best verified net is kept.

The choice uses proofs, not a test set. A net with a proof comes before one without. Among proved nets the largest noise budget
wins; if no net has a proof, the lowest final loss wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anylength.base import InputError
from anylength.experiments.checkpoint import checkpoints, restore_checkpoint, save_checkpoint
from anylength.nets import Net, architecture_named
from anylength.rules import Task
from anylength.runs import Run, layering_of, recipe_of

if TYPE_CHECKING:
    from anylength.training import TrainResult

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

    trained: "TrainResult"
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


def train_candidates(run: Run) -> Chosen:
    """Trains all candidates of a run and keeps the best verified one. An interrupted block continues from its checkpoint.

    Raises:
        InputError: The checkpoint is damaged.
        FloatingPointError: A loss is not finite.
        KeyboardInterrupt: After a checkpoint was written.
    """
    from anylength.training import Session

    config, task = run.config, run.task
    session = Session(
        task, [config.seed + place * STRIDE for place in range(config.candidates)], cell=config.cell,
        layers=layering_of(config), hidden=config.hidden,
        recipe=recipe_of(config), data=config.data, epochs=config.epochs,
    )  # fmt: skip
    budgets = restore_checkpoint(session, run)
    with checkpoints(lambda: save_checkpoint(session, run, budgets)) as after_step:
        while session.active:
            session.step()
            after_step()
        nets = session.results()
        for trained in nets[len(budgets) :]:
            budgets.append(_noise_budget(trained, task))
            after_step()
    return best_of(nets, session.seeds, budgets)


def best_of(nets: "Sequence[TrainResult]", seeds: Sequence[int], budgets: Sequence[float]) -> Chosen:
    """The candidate with the largest noise budget; without any proof, that with the lowest final loss."""
    best = max(range(len(nets)), key=lambda place: (budgets[place], -nets[place].epochs[-1].loss))
    return Chosen(nets[best], seeds[best], sum(budget > 0 for budget in budgets))


def _noise_budget(trained: "TrainResult", task: Task) -> float:
    """The noise budget of a net; 0 if the quick search finds no proof."""
    from anylength.verification.verdicts import find_format_proof, find_noise_budget

    net = trained.net
    assert isinstance(net, Net)  # `check_candidates` refuses other nets
    proof = find_format_proof(net, task.machine, MEMORIES, "float32")
    return find_noise_budget(net, task.machine, proof)[0] if proof else 0.0
