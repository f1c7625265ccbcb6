"""`prove`, `explain`, `extract`, `stress`, `ask` and `count_on`: each takes a run, a path or a net."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from anylength import diagnosis, extraction, lengths
from anylength.api.progress import Progress, shown
from anylength.api.subjects import Subject, as_net, as_run, as_subject
from anylength.base import InputError, brief, is_whole
from anylength.experiments import proving, results
from anylength.experiments.budget import check_budget
from anylength.lengths.stress import check_limit
from anylength.nets import Net, NetConfig
from anylength.records import Answers, Explanation, Stress
from anylength.records import Sequence as CountSequence
from anylength.rules import Extraction, Task
from anylength.verification.verdicts import Verification, verify
from anylength.web.words import ellipsoids_line, part_line

if TYPE_CHECKING:
    from anylength.interchange import Predictor
    from anylength.interchange.pytorch.alphabet import Inputs


def prove(
    subject: Subject,
    task: Task | str | None = None,
    config: NetConfig | None = None,
    *,
    budget: float = 60.0,
    steps: int | None = None,
    answers: "Predictor | None" = None,
    initial_state: Any = None,
    inputs: "Inputs | None" = None,
    progress: Progress = None,
) -> Verification:
    """A verdict on every length: PROVED with a certificate, REFUTED with a wrong answer, UNKNOWN or NOT APPLICABLE.

    A run or path also gets its `verdict.json`, and `certificate.json` where the verdict is PROVED.

    Args:
        subject: A run, the path of a run, a net, a `torch.nn.Module` whose recurrent parts are nn.RNN, nn.GRU or nn.LSTM, or a step
            with its `initial_state`: a function or module `step(state, x) → (state, logits)` of PyTorch, or a function of JAX.
        task: The task of a net, module or step, or its name; left out for a run.
        config: The description of a net that goes into its weights file; None: made from the net.
        budget: Seconds to spend, about.
        steps: Steps of the attack, in place of seconds: the verdict then does not depend on how busy the machine is.
        answers: For a module with an unusual `forward`: see `from_torch`.
        initial_state: For a step: the state before the first step, a tree of float32 tensors or arrays for one example.
        inputs: For a step or module of PyTorch: whether x is "one-hot" or "tokens" (numbers of symbols); None: found by trying.
        progress: A line for each round of the search for ellipsoids: True, False, or None for where standard error is a terminal;
            or a function of their number, that of steps, and of open steps.

    Raises:
        InputError: The run is not finished, a net comes without a task or with one of another alphabet, the module or step cannot
            be read, or the budget is not a time.
    """
    check_budget(budget)
    if steps is not None and not is_whole(steps, 1, math.inf):
        raise InputError("1 step or more", brief(steps), "pass for example steps=1000")
    read = as_subject(subject, task, answers, initial_state=initial_state, inputs=inputs)
    run = as_run(subject)
    if run is None:
        found = verify(read.net, read.task, config, budget=budget, steps=steps, progress=shown(progress, ellipsoids_line))
        return found if read.original is None else read.original.confirmed(found)
    return proving.verification_of(run, proving.prove(run, budget=budget, progress=shown(progress, ellipsoids_line)))


def explain(subject: Subject, task: Task | str | None = None, *, budget: float = 60.0, progress: Progress = None) -> Explanation:
    """Why a net keeps or loses what its task must remember. A run or path also gets its `explain.json`.

    Args:
        subject: A run, the path of a run, a net, or a `torch.nn.Module`.
        task: The task of a net or module, or its name; left out for a run.
        budget: Seconds to spend, about. Parts that do not end in time are left out, and named in `left_out`.
        progress: A line for each part: True, False, or None for where standard error is a terminal; or a function of its name.

    Raises:
        InputError: The run is not finished, a net comes without its task or over another alphabet, or the budget is not a time.
    """
    check_budget(budget)
    net, task = as_net(subject, task)
    run, progress = as_run(subject), shown(progress, part_line)
    if run is None:
        return diagnosis.explain(net, task, budget=budget, progress=progress)
    return results.explain(run, budget=budget, progress=progress)


def extract(subject: Subject, task: Task | str | None = None, *, budget: float = 20.0) -> Extraction:
    """The machine that a net computes. A run or path also gets its `machine.json`.

    Args:
        subject: A run, the path of a run, a net, or a `torch.nn.Module`.
        task: The task of a net or module, or its name; left out for a run.
        budget: Seconds to spend, about.

    Raises:
        InputError: The run is not finished, a net comes without its task or over another alphabet, or the budget is not a time.
    """
    check_budget(budget)
    net, task = as_net(subject, task)
    run = as_run(subject)
    return extraction.extract(net, task, budget=budget) if run is None else results.extract(run, budget=budget)


def stress(subject: Subject, task: Task | str | None = None, *, limit: int | None = None, seed: int = 0) -> Stress:
    """Tests random and worst-case lengths. A run or path also gets its `stress.json`.

    Args:
        subject: A run, the path of a run, a net, or a `torch.nn.Module`.
        task: The task of a net or module, or its name; left out for a run.
        limit: The longest number in digits; None: 2000, or 200 where the context grows.
        seed: Draws the random numbers.

    Raises:
        InputError: The run is not finished, a net comes without its task or over another alphabet, or the limit is out of range.
    """
    net, task = as_net(subject, task)
    run = as_run(subject)
    return lengths.stress(net, task, limit=limit, seed=seed) if run is None else results.stress(run, limit=limit, seed=seed)


def ask(subject: Subject, task: Task | str | None, questions: Sequence[Sequence[str | int]]) -> Answers:
    """A net's own answers to questions of one number per tape, each beside the right one.

    Args:
        subject: A run, the path of a run, a net, or a `torch.nn.Module`.
        task: The task of a net or module, or its name; None for a run.
        questions: The questions.

    Raises:
        InputError: A question with too few or too many numbers, or with something that is no number; else as `stress`.
    """
    net, task = as_net(subject, task)
    if any(not isinstance(question, Sequence) or isinstance(question, str) for question in questions):
        raise InputError("a list of numbers for each question", brief(questions), f"pass for example {[['99'] * task.tapes]}")
    return lengths.ask(net, task, [list(question) for question in questions])


def count_on(subject: Subject, task: Task | str | None = None, *, start: str | int = 1, steps: int = 20) -> CountSequence:
    """The numbers that follow when a net reads its own answers, also after a wrong one.

    Args:
        subject: A run, the path of a run, a net, or a `torch.nn.Module`.
        task: The task of a net or module, or its name; left out for a run.
        start: The first number.
        steps: How many times to count on.

    Raises:
        InputError: The task does not lead from one number to one number, or `steps` is below 1; else as `stress`.
    """
    net, task = as_net(subject, task)
    return lengths.count_on(net, task, start=start, steps=steps)


def horizon(subject: Subject, task: Task | str | None = None, limit: int = 2000) -> int | None:
    """The longest held input that a net survives, in steps; None where nothing failed up to `limit`.

    Raises:
        InputError: As `stress`.
    """
    net, task = as_net(subject, task)
    return lengths.horizon(net, task, check_limit(limit, in_context=not isinstance(net, Net)))
