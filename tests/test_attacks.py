"""What is PROVED at a door is answered rightly by the original on long words, alone and in a batch; a refusal names its cause.

The table is `attacks.CASES`. The originals run by loops of this file, not by those that an import compares with.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import anylength
from anylength.base import InputError
from anylength.rules import Task, task_named

attacks = pytest.importorskip("tests.attacks", reason="the doors' libraries: pip install -e .[onnx,oracle]")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import torch  # noqa: E402
from torch.utils import _pytree  # noqa: E402

from anylength.interchange.onnx.importer import read_onnx  # noqa: E402
from anylength.verification.verdicts import verify  # noqa: E402

STEPS = 500
LENGTHS = (*range(1, 40), 41, 60, 61, 62, 80, 81, 90, 91, 99, 100, 101, 128, 129, 131, 150, 200, 300, STEPS)
BUDGET = 20.0
ATTACK = 400
"""Steps of the search for a wrong answer: the same on every machine."""

Answers = Callable[[np.ndarray], np.ndarray]
"""Words `[T, B]` → classes `[T, B]`; -1 where the logits are no numbers."""


def words(task: Task) -> np.ndarray:
    """Words `[T, B]` of two symbols: one symbol alone, in turn, a single other one, and random ones."""
    rng, many = np.random.default_rng(66), np.zeros((STEPS, 8), np.int64)
    many[:, 1], many[::2, 2], many[0, 3], many[-1, 4] = 1, 1, 1, 1
    many[:, 5:] = rng.integers(0, task.symbols, (STEPS, 3))
    return many


def classes(logits: Any) -> np.ndarray:
    """Classes of logits `[…, C]`, or of one number for two classes."""
    logits = np.asarray(logits, np.float32)
    if logits.shape[-1] == 1:
        logits = np.concatenate([-logits, logits], -1)
    return np.where(np.isfinite(logits).all(-1), logits.argmax(-1), -1)


def of_torch_step(made: Any, letters: int) -> Answers:
    def answers(many: np.ndarray) -> np.ndarray:
        count, found = many.shape[1], []
        state = _pytree.tree_map(lambda leaf: leaf.expand(count, *leaf.shape[1:]).clone(), made.start)
        with torch.no_grad():
            for row in many:
                state, logits = made.subject(state, torch.eye(letters)[torch.from_numpy(row)])
                found.append(classes(logits.expand(count, -1)))
        return np.stack(found)

    return answers


def of_module(made: Any, letters: int) -> Answers:
    """A module, asked for whole words of many lengths. -1 where it answers the beginning of a word otherwise; -2: not asked."""

    def called(many: np.ndarray) -> np.ndarray:
        x = torch.from_numpy(many)
        weight = next(made.subject.parameters(), None)
        x = x if made.tokens else torch.eye(letters, dtype=None if weight is None else weight.dtype)[x]
        with torch.no_grad():
            logits = made.subject(x.transpose(0, 1).contiguous() if made.batch_first else x)
            logits = logits.unsqueeze(-1) if logits.ndim == (1 if made.last else 2) else logits
        found = classes(logits)
        return found[None] if made.last else found.T if made.batch_first else found

    def answers(many: np.ndarray) -> np.ndarray:
        found = np.full(many.shape, -2)
        for length in LENGTHS:
            got = called(many[:length])
            before = slice(length - 1, length) if made.last else slice(0, length)
            changed = ((found[before] != got) & (found[before] != -2)).any(axis=0)
            found[length - 1] = np.where(changed, -1, got[-1])
        return found

    return answers


def of_jax_step(made: Any, letters: int) -> Answers:
    def answers(many: np.ndarray) -> np.ndarray:
        count, found = many.shape[1], []
        batched = all(leaf.ndim > 1 for leaf in jax.tree.leaves(made.start))
        shape = (lambda leaf: (count, *leaf.shape[1:])) if batched else (lambda leaf: (count, *leaf.shape))
        state = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, shape(leaf)), made.start)
        step, one_hot = made.subject if batched else jax.vmap(made.subject), np.eye(letters, dtype=np.float32)
        step = jax.jit(step) if count == 1 else step  # compiled alone, operation by operation in a batch
        for row in many:
            state, logits = step(state, one_hot[row])
            found.append(classes(jnp.broadcast_to(logits, (count, logits.shape[-1]))))
        return np.stack(found)

    return answers


def of_graph(made: Any, letters: int) -> Answers:
    import onnxruntime

    def session_of(level: Any) -> Any:
        options = onnxruntime.SessionOptions()
        options.log_severity_level, options.graph_optimization_level = 4, level
        return onnxruntime.InferenceSession(made.subject, options, providers=["CPUExecutionProvider"])

    levels = onnxruntime.GraphOptimizationLevel
    as_written, optimised = session_of(levels.ORT_DISABLE_ALL), session_of(levels.ORT_ENABLE_ALL)
    states = {entry.name: entry.shape[1] for entry in as_written.get_inputs() if entry.name != "x"}

    def answers(many: np.ndarray) -> np.ndarray:
        state, found = {name: np.zeros((many.shape[1], size), np.float32) for name, size in states.items()}, []
        session = optimised if many.shape[1] == 1 else as_written
        for row in many:
            answer, *new = session.run(
                ["answer", *(f"new_{name}" for name in states)], {"x": np.eye(letters, dtype=np.float32)[row], **state}
            )
            state = dict(zip(states, new, strict=True))
            found.append(classes(answer))
        return np.stack(found)

    return answers


def answers_of(case: Any, made: Any) -> Answers:
    letters = task_named(case.task).letters
    if case.door == "pytorch":
        return (of_module if made.start is None else of_torch_step)(made, letters)
    return (of_jax_step if case.door == "jax" else of_graph)(made, letters)


def first_mistake(case: Any, made: Any) -> int | None:
    """The first step, from 1, at which the original answers some word wrongly, in a batch or alone; None: none of 500."""
    task, own = task_named(case.task), answers_of(case, made)
    many = words(task)
    right = np.stack([task.machine.run(word.tolist()) for word in many.T], axis=1)
    found = [own(many), np.concatenate([own(many[:, [column]]) for column in range(many.shape[1])], axis=1)]
    wrong = np.flatnonzero(((found[0] != right) & (found[0] != -2) | (found[1] != right) & (found[1] != -2)).any(axis=1))
    return int(wrong[0]) + 1 if len(wrong) else None


def verdict_of(case: Any, made: Any) -> str:
    """The verdict at the door.

    Raises:
        InputError: It is refused.
    """
    task = task_named(case.task)
    options: dict[str, Any] = {} if "PROVED" in "".join(case.expected) else {"steps": ATTACK}
    if case.door != "onnx":
        return anylength.prove(made.subject, task, initial_state=made.start, budget=BUDGET, **options).verdict.verdict
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "step.onnx"
        path.write_bytes(made.subject)
        compared = read_onnx(path, task).compared(task)
    return compared.confirmed(verify(compared.imported.net, task, budget=BUDGET, **options)).verdict.verdict


def named(kinds: str) -> list[Any]:
    return [
        pytest.param(case, id=f"{case.door}: {case.name}", marks=[pytest.mark.slow])
        for case in attacks.CASES
        if case.kind in kinds.split()
    ]


@pytest.mark.parametrize("case", named("1 2 3 4 5 6 7 8"))
def test_an_attack_is_not_proved_while_its_original_answers_wrongly(case: Any) -> None:
    try:
        verdict = verdict_of(case, case.make())
    except InputError as error:
        assert "\n" not in str(error)
        return
    if verdict.startswith("PROVED"):
        mistake = first_mistake(case, case.make())
        assert mistake is None or verdict != "PROVED", f"PROVED, and wrong from step {mistake}"
    assert not case.expected or verdict in case.expected


@pytest.mark.parametrize("case", named("1 2 3 4 5 6 7 8"))
def test_the_original_of_an_attack_answers_wrongly_from_its_step(case: Any) -> None:
    mistake = first_mistake(case, case.make())
    assert mistake == case.wrong_from or (case.wrong_from == attacks.SOME and mistake)


@pytest.mark.parametrize("case", named("ordinary"))
def test_an_ordinary_net_stays_proved_and_is_right_for_500_steps(case: Any) -> None:
    assert verdict_of(case, case.make()) in case.expected
    assert first_mistake(case, case.make()) is None


@pytest.mark.parametrize("case", named("refused"))
def test_what_is_refused_names_its_cause_and_remedy_in_one_line(case: Any) -> None:
    with pytest.raises(InputError, match=case.refusal) as refused:
        verdict_of(case, case.make())
    assert "\n" not in str(refused.value)
