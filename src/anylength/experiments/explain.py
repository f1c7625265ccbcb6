"""The explanation of a run, left in its folder."""

from pathlib import Path

import numpy as np

from anylength.diagnosis import explain as explained
from anylength.digits import digits_of
from anylength.experiments import folder
from anylength.nets import Net
from anylength.records import Explanation, Verdict
from anylength.tasks import Task
from anylength.verification.refutation.replay import replayed

EXPLANATION = "explain.json"


def explain(path: Path) -> Explanation:
    """Why the net of a finished run keeps or loses what it must remember; leaves `explain.json` in the run.

    Raises:
        InputError: The run is not whole.
    """
    net, task = folder.open_run(path)
    word = _counterexample(path, net, task) if isinstance(net, Net) and task.transducer is not None else None
    found = explained(net, task, word)
    folder.write(path, EXPLANATION, found)
    return found


def _counterexample(path: Path, net: Net, task: Task) -> tuple[int, ...] | None:
    """The run's counterexample as a word up to the first wrong answer, if `prove` has found one."""
    file = path / folder.VERDICT
    if not file.is_file():
        return None
    numbers = Verdict.from_json(file.read_bytes(), folder.VERDICT).counterexample
    if numbers is None:
        return None
    word = task.word(tuple(digits_of(number, task.base) for number in numbers))
    return replayed(net, task.machine, tuple(np.asarray(word).tolist()))
