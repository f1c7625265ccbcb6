"""Training into a run folder: resumable, and bit for bit the same whether it was interrupted or not."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jax
import msgspec
import numpy as np

from anylength.digits import check_base
from anylength.errors import InputError
from anylength.experiments import folder
from anylength.experiments.candidates import Chosen, check_candidates, choose
from anylength.experiments.environment import environment
from anylength.experiments.files import append_line, write_atomic
from anylength.experiments.thinning import Thinned, pieces_at_most
from anylength.nets import AbstractNet, NetConfig, architecture_named, to_bytes
from anylength.nets.weights import shapes
from anylength.records import Epoch, RunConfig, Training
from anylength.tasks import Task, from_file, task_named
from anylength.training import AbstractRecipe, OnSnapshot, Session, best, recipe_named
from anylength.training.fitting import check, check_recipe

MACHINE_FILES = (".json", ".toml")

CHECKPOINT_SECONDS = 1.0
"""At most so much training is lost when a run is killed."""


@dataclass(frozen=True)
class TrainOptions:
    """What a user asks for; None stands for what works best with the rest."""

    task: str = "count"
    base: int = 10
    cell: str | None = None
    hidden: int | None = None
    recipe: str | None = None
    data: str | None = None
    seed: int = 0
    epochs: int | None = None
    candidates: int = 1

    def config(self) -> RunConfig:
        """The complete configuration.

        Raises:
            InputError: A name, size or seed that does not exist.
        """
        task = self.task_itself
        cell, name, data = self.chosen(task)
        recipe = recipe_named(name, task, cell)
        check_memory(task, cell, recipe)
        check_recipe(recipe, cell)
        hidden = recipe.hidden if self.hidden is None else self.hidden
        epochs = recipe.epochs if self.epochs is None else self.epochs
        check(task, hidden=hidden, data=data, seed=self.seed, epochs=epochs)
        shapes(NetConfig(task_name=task.name, base=task.base, cell=cell, hidden=hidden, machine=task.description))
        check_candidates(self.candidates, cell)
        return RunConfig(
            task=task.name, base=task.base, cell=cell, hidden=hidden, recipe=name, data=data,
            seed=self.seed, epochs=epochs, settings=recipe.settings(), candidates=self.candidates, machine=task.description,
        )  # fmt: skip

    def chosen(self, task: Task) -> tuple[str, str, str]:
        """Cell, recipe and data set by name, each as wanted or else the best."""
        cell = self.cell or ("rnn" if task.transducer is not None else "stack-rnn")
        return cell, self.recipe or best(task, cell), self.data or next(iter(task.data))

    @property
    def task_itself(self) -> Task:
        """The task: by its name, or from a machine file.

        Raises:
            InputError: No such task or file, or a file that holds no whole machine.
        """
        if self.task.lower().endswith(MACHINE_FILES):
            return from_file(Path(self.task))
        return task_named(self.task, check_base(self.base))

    def default_folder(self) -> Path:
        """Where the run goes when no folder is named."""
        task = self.task_itself
        return Path("runs") / "-".join([task.name, *self.chosen(task), f"seed{self.seed}"])


def check_memory(task: Task, cell: str, recipe: AbstractRecipe) -> None:
    """Checks that cell and recipe are made for the task.

    Raises:
        InputError: No such cell; or a task beyond finite state is to be learned without a memory, or by a recipe that cannot.
    """
    kind = architecture_named(cell)
    if task.transducer is not None:
        return
    if kind.cell is not None and kind.cell.bounded:
        got = f"{cell}: its state has a fixed size, and the whole number must be kept"
        raise InputError(f"a cell with memory for {task.name}", got, "pass --cell stack-rnn")
    if not recipe.any_task:
        got = f"{recipe.name}: it grades every output or needs a machine"
        raise InputError(f"a recipe for tasks beyond finite state for {task.name}", got, "pass --recipe memory")


def train(
    wanted: TrainOptions,
    out: Path,
    *,
    resume: bool = False,
    progress: Callable[[Epoch, int], None] | None = None,
    on_snapshot: OnSnapshot | None = None,
) -> Training:
    """Trains one net into the folder `out`; `progress` gets each epoch and the limit, `on_snapshot` glimpses of a single candidate.

    Raises:
        InputError: Bad configuration; a folder that exists (without `resume`) or is of another configuration (with it);
            a disk error; a loss that is no longer finite.
        KeyboardInterrupt: After a checkpoint was written; `resume` continues.
    """
    config = wanted.config()
    if resume and out.exists():
        _same(config, folder.config_of(out), out)
    else:
        folder.create(out, config, environment())
    return go_on(out, progress=progress, on_snapshot=on_snapshot)


def go_on(out: Path, *, progress: Callable[[Epoch, int], None] | None = None, on_snapshot: OnSnapshot | None = None) -> Training:
    """Goes on with the run in a folder, as `train` would have done; nothing is done where it is finished.

    Raises:
        InputError: There is no whole configuration in `out`, or one whose recipe has other numbers by now; else as `train`.
        KeyboardInterrupt: After a checkpoint was written.
    """
    config = folder.config_of(out)
    if (out / folder.DONE).exists():
        return folder.result_of(out)
    if recipe_named(config.recipe, folder.task_of(config), config.cell).settings() != config.settings:
        raise InputError(f"the recipe {config.recipe!r} as {str(out)!r} has it", "other numbers", "train it into a new folder")
    with folder.locked(out):
        if config.candidates > 1:
            return _finish_candidates(config, out)
        session = session_of(config)
        _restore(session, out)
        _train(session, out, progress, on_snapshot)
        return _finish(session.net, session.done, config, out)


def session_of(config: RunConfig) -> Session:
    """The training session that a configuration describes."""
    task = folder.task_of(config)
    return Session(
        task, cell=config.cell, hidden=config.hidden, recipe=recipe_named(config.recipe, task, config.cell),
        data=config.data, seed=config.seed, epochs=config.epochs,
    )  # fmt: skip


def _same(wanted: RunConfig, found: RunConfig, out: Path) -> None:
    if wanted != found:
        pairs = zip(msgspec.structs.asdict(wanted).items(), msgspec.structs.asdict(found).values(), strict=True)
        name, old, new = next((key, theirs, ours) for (key, ours), theirs in pairs if ours != theirs)
        remedy = "repeat the run's own options, or pass another --out"
        raise InputError(f"the configuration of {str(out)!r} ({name} {old})", f"{name} {new}", remedy)


def _train(session: Session, out: Path, progress: Callable[[Epoch, int], None] | None, on_snapshot: OnSnapshot | None) -> None:
    chunks = session.chunks(pieces_at_most(session.limit))
    thinned = None if on_snapshot is None else Thinned(on_snapshot, chunks, session.limit)
    saved = time.monotonic()
    try:
        while not session.finished:
            record = session.step(thinned, chunks)
            append_line(out / folder.METRICS, record.to_json())
            if progress:
                progress(record, session.limit)
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                _checkpoint(session, out)
                saved = time.monotonic()
    except FloatingPointError as error:
        raise _diverged(error) from None
    except KeyboardInterrupt:
        _checkpoint(session, out)
        raise


def _diverged(error: FloatingPointError) -> InputError:
    return InputError("a finite loss", str(error), "try another --seed or a smaller net")


def _finish_candidates(config: RunConfig, out: Path) -> Training:
    """Trains a block of candidates; it is short, so an interrupted one starts again."""
    try:
        chosen = choose(config)
    except FloatingPointError as error:
        raise _diverged(error) from None
    write_atomic(out / folder.METRICS, "".join(f"{epoch.to_json()}\n" for epoch in chosen.trained.epochs).encode())
    return _finish(chosen.trained.net, chosen.trained.epochs, config, out, chosen)


def _finish(net: AbstractNet, epochs: list[Epoch], config: RunConfig, out: Path, chosen: Chosen | None = None) -> Training:
    last = epochs[-1]
    write_atomic(out / folder.MODEL, to_bytes(net, folder.net_config(config)))
    result = Training(
        epochs=len(epochs), train_accuracy=last.train_accuracy, validation_accuracy=last.validation_accuracy,
        seconds=sum(epoch.seconds for epoch in epochs) * config.candidates, parameters=net.parameters,
        kept_seed=chosen.seed if chosen else None, proved_candidates=chosen.proved if chosen else None,
    )  # fmt: skip
    folder.write(out, folder.DONE, result)
    (out / folder.CHECKPOINT).unlink(missing_ok=True)
    return result


def _checkpoint(session: Session, out: Path) -> None:
    """Saves all that the session's future depends on, in one file: every leaf of the state, and the epochs so far."""
    from safetensors.numpy import save

    leaves = {f"{at:04d}": np.asarray(leaf) for at, leaf in enumerate(jax.tree.leaves(session.state))}
    epochs = json.dumps([json.loads(epoch.to_json()) for epoch in session.done])
    write_atomic(out / folder.CHECKPOINT, save(leaves, metadata={"epochs": epochs}))


def _restore(session: Session, out: Path) -> None:
    """Continues from the checkpoint where there is one, and cuts the metrics back to it."""
    from safetensors import SafetensorError, safe_open

    path, done = out / folder.CHECKPOINT, []
    if path.is_file():
        try:
            with safe_open(path, "numpy") as file:
                leaves = [file.get_tensor(name) for name in sorted(file.keys())]
                done = msgspec.json.decode(file.metadata()["epochs"], type=list[Epoch])
            wanted, form = jax.tree.flatten(session.state)
            if [np.shape(leaf) for leaf in leaves] != [np.shape(leaf) for leaf in wanted]:
                raise ValueError("its tensors are not those of this run")
        except (SafetensorError, OSError, KeyError, TypeError, ValueError, msgspec.MsgspecError) as error:
            raise InputError("a readable checkpoint", f"{path.name}: {error}", "delete it to start the run again") from None
        session.restore(jax.tree.unflatten(form, leaves), done)
    if (out / folder.METRICS).exists() or done:
        write_atomic(out / folder.METRICS, "".join(f"{epoch.to_json()}\n" for epoch in done).encode())
