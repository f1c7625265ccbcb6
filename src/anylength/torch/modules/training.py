"""Training of a module of PyTorch: mean cross-entropy, Adam, warm-up and cosine decay, as in our recipe `plain`.

A seed determines the data, the first weights, the order of examples and all draws of PyTorch's generator. One thread trains, so a
training that is run again gives the same numbers on the same machine.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jax
import numpy as np
import torch
from torch.nn.functional import cross_entropy

from anylength.base import InputError
from anylength.interchange.pytorch.captured import in_evaluation_mode, one_thread
from anylength.records import Epoch
from anylength.rules import IGNORE_INDEX, Task
from anylength.torch.modules.factory import Factory, foreign_code
from anylength.torch.modules.module_form import ModuleForm, find_form, tensor_of
from anylength.training import PLAIN
from anylength.training.examples import Examples
from anylength.training.optimisation import scheduled_rate
from anylength.training.start import Purpose, generator


@dataclass(frozen=True)
class Schedule:
    """The budget and the settings of a training: those of the recipe `plain`.

    Attributes:
        epochs: Most epochs.
        updates: Updates in an epoch.
        batch: Words in an update, about. All have one length, so no module sees padding.
        learning_rate: Adam's peak learning rate.
        warm_up: Fraction of the run in which the learning rate rises.
        clip: Largest norm of the gradient.
    """

    epochs: int = PLAIN.epochs
    updates: int = PLAIN.updates
    batch: int = PLAIN.batch
    learning_rate: float = PLAIN.learning_rate
    warm_up: float = PLAIN.warm_up
    clip: float = PLAIN.clip


@dataclass(frozen=True)
class TrainedModule:
    """A trained module and its history.

    Attributes:
        module: The module, with the weights after the last epoch.
        form: How it is called.
        epochs: The records of its epochs.
        diverged: Whether the loss became infinite or NaN. Then `epochs` ends before that epoch.
    """

    module: torch.nn.Module
    form: ModuleForm
    epochs: list[Epoch]
    diverged: bool = False


def train_module(
    factory: Factory,
    task: Task,
    examples: tuple[Examples, Examples],
    schedule: Schedule,
    *,
    seed: int,
    progress: Callable[[Epoch], None] | None = None,
) -> TrainedModule:
    """Makes a net and trains it, until it is right on all words of both sets or the epochs are spent.

    Args:
        factory: Makes the net.
        task: The task, which gives the alphabet.
        examples: Training and validation words `[N, T]` with their targets, `IGNORE_INDEX` where none is graded. A word ends at its
            last target.
        schedule: The budget.
        seed: Determines the first weights and the order.
        progress: Called after every epoch.

    Raises:
        InputError: The factory or its module is broken, in one line.
    """
    with one_thread(), torch.random.fork_rng(devices=[]):
        module, form = _seeded(factory, task, seed)
        epochs, diverged = _fitted(module, form, examples, schedule, seed, progress)
        return TrainedModule(module, form, epochs, diverged)


def made_net(factory: Factory, task: Task, *, seed: int) -> tuple[torch.nn.Module, ModuleForm]:
    """A new net with the weights of a seed, and how it is called.

    Raises:
        InputError: The factory or its module is broken, in one line that names the factory.
    """
    with one_thread(), torch.random.fork_rng(devices=[]):
        return _seeded(factory, task, seed)


def _seeded(factory: Factory, task: Task, seed: int) -> tuple[torch.nn.Module, ModuleForm]:
    """A new net, drawn by PyTorch's generator, which is seeded."""
    torch.manual_seed(seed)
    module = factory.make(task.symbols, task.classes)
    state = torch.get_rng_state()
    try:
        form = find_form(module, task)
    except InputError as error:
        expected = f"{error.expected} from {factory.name}({task.symbols}, {task.classes})"
        raise InputError(expected, error.got, error.remedy) from error.__cause__
    torch.set_rng_state(state)
    return module, form


def _fitted(
    module: torch.nn.Module,
    form: ModuleForm,
    examples: tuple[Examples, Examples],
    schedule: Schedule,
    seed: int,
    progress: Callable[[Epoch], None] | None,
) -> tuple[list[Epoch], bool]:
    """Trains a module in place. Its epochs, and whether the loss diverged."""
    groups, history, updates = _by_length(examples[0]), list[Epoch](), schedule.updates * schedule.epochs
    rates = np.asarray(jax.vmap(scheduled_rate(schedule.learning_rate, updates, warm_up=schedule.warm_up))(np.arange(updates)))
    adam = torch.optim.Adam(module.parameters(), lr=0.0)
    for number in range(1, schedule.epochs + 1):
        started = time.perf_counter()
        order = _order(generator(seed, Purpose.ORDER, number), groups, schedule)
        epoch_rates = rates[(number - 1) * schedule.updates : number * schedule.updates]
        losses = _updated(module, form, adam, examples[0], order, epoch_rates, schedule.clip)
        if not np.isfinite(losses).all():
            return history, True
        sides = [_accuracies(module, form, side) for side in examples]
        (train, train_digits), (validation, validation_digits) = sides
        history.append(
            Epoch(
                epoch=number, loss=float(np.mean(losses)), train_accuracy=train, validation_accuracy=validation,
                train_digits=train_digits, validation_digits=validation_digits, seconds=time.perf_counter() - started,
            )
        )  # fmt: skip
        if progress:
            progress(history[-1])
        if history[-1].perfect:
            break
    return history, False


def _updated(
    module: torch.nn.Module,
    form: ModuleForm,
    adam: torch.optim.Optimizer,
    examples: Examples,
    order: Sequence[tuple[np.ndarray, int]],
    rates: np.ndarray,
    clip: float,
) -> list[float]:
    """The updates of an epoch: the loss of each. They end at a loss that is not finite."""
    module.train()
    losses = []
    for (rows, length), rate in zip(order, rates, strict=True):
        adam.param_groups[0]["lr"] = float(rate)
        logits = form.logits(module, tensor_of(examples.symbols[rows, :length]))
        targets = tensor_of(examples.targets[rows, :length])
        loss = cross_entropy(logits.reshape(-1, form.classes), targets.reshape(-1), ignore_index=IGNORE_INDEX)
        losses.append(loss.item())
        if not np.isfinite(losses[-1]):
            break
        adam.zero_grad()
        with foreign_code("a loss with a gradient", "compute the logits from the parameters, and change no tensor in place"):
            loss.backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), clip)
        adam.step()
    return losses


def _accuracies(module: torch.nn.Module, form: ModuleForm, examples: Examples) -> tuple[float, float]:
    """The share of words, and of graded outputs, that are right."""
    words, right_words, outputs, right_outputs = 0, 0, 0, 0
    with in_evaluation_mode({"": module}):
        for rows, length in _by_length(examples):
            for part in np.split(rows, range(1000, len(rows), 1000)):
                targets = examples.targets[part, :length]
                right = form.logits(module, tensor_of(examples.symbols[part, :length])).argmax(dim=2).numpy() == targets
                counted = targets != IGNORE_INDEX
                words, right_words = words + len(part), right_words + int((right | ~counted).all(axis=1).sum())
                outputs, right_outputs = outputs + int(counted.sum()), right_outputs + int((right & counted).sum())
    return right_words / max(1, words), right_outputs / max(1, outputs)


def _by_length(examples: Examples) -> list[tuple[np.ndarray, int]]:
    """The rows of the words of each length, and the length: the step of the last target."""
    graded = np.asarray(examples.targets) != IGNORE_INDEX
    lengths = np.where(graded.any(axis=1), graded.shape[1] - graded[:, ::-1].argmax(axis=1), 0)
    return [(np.flatnonzero(lengths == length), int(length)) for length in np.unique(lengths) if length]


def _order(rng: np.random.Generator, groups: Sequence[tuple[np.ndarray, int]], schedule: Schedule) -> list[tuple[np.ndarray, int]]:
    """The batches of an epoch: shuffled passes over the words, each in batches of one length, one after another."""
    order: list[tuple[np.ndarray, int]] = []
    while len(order) < schedule.updates:
        batches = []
        for rows, length in groups:
            parts = np.array_split(rng.permutation(rows), max(1, round(len(rows) / schedule.batch)))
            batches += [(part, length) for part in parts]
        order += [batches[number] for number in rng.permutation(len(batches))]
    return order[: schedule.updates]
