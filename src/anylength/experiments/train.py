"""Training into a run folder. An interrupted run resumes, and gives the same net to the bit."""

from collections.abc import Callable
from pathlib import Path

from anylength.base import InputError, exists
from anylength.experiments.candidates import Chosen, train_candidates
from anylength.experiments.checkpoint import checkpoints, restore_checkpoint, save_checkpoint
from anylength.experiments.options import TrainOptions
from anylength.records import Epoch, RunConfig, Training
from anylength.runs import Run, check_same, layering_of, layout, recipe_of
from anylength.training import Session, TrainResult

Progress = Callable[[Epoch, int], None]
"""Called with each epoch and the epoch limit."""

Started = Callable[[RunConfig], None]
"""Called with the configuration before the first epoch."""


def train(
    options: TrainOptions, out: Path, *, resume: bool = False, started: Started | None = None, progress: Progress | None = None
) -> Training:
    """Trains one net into the folder `out`.

    Args:
        options: What to train.
        out: The run folder.
        resume: Whether to continue where `out` exists.
        started: Called with the configuration before the first epoch.
        progress: Called with each epoch and the epoch limit.

    Raises:
        InputError: Bad configuration; a folder that exists (without `resume`) or is of another configuration (with it);
            a disk error; a loss that is no longer finite.
        KeyboardInterrupt: After a checkpoint was written; `resume` continues.
    """
    config = options.config()
    if resume and exists(out):
        run = Run(out)
        check_same(config, run.config, out)
    else:
        run = Run.create(out, config)
    if started:
        started(config)
    return resume_run(run, progress=progress)


def resume_run(run: Run, *, progress: Progress | None = None) -> Training:
    """Continues the training of a run, as `train` would have done. A finished run is returned as it is.

    Raises:
        InputError: The folder is not a run, or its recipe has other settings today; else as `train`.
        KeyboardInterrupt: After a checkpoint was written.
    """
    config = run.config
    if run.finished or run.origin is not None:
        return _finished(run)
    if recipe_of(config).settings() != config.settings:
        expected = f"the recipe {config.recipe!r} as {str(run.path)!r} has it"
        raise InputError(expected, "other numbers", "train it into a new folder")
    with run.locked():
        if config.candidates > 1:
            return _train_candidates(run)
        session = session_of(config)
        restore_checkpoint(session, run)
        _train_to_the_end(session, run, progress)
        return _finish(run, session.result)


def _finished(run: Run) -> Training:
    """The result of a finished run. A process that was killed at its very end may have left the checkpoint.

    Raises:
        InputError: It is an unfinished run that another command made. The message has the command that finishes it.
    """
    if run.finished and run.has(layout.CHECKPOINT):
        with run.locked():
            run.remove(layout.CHECKPOINT)
    return run.result()


def session_of(config: RunConfig) -> Session:
    """The training session that a configuration describes."""
    from anylength.runs import task_of

    task = task_of(config)
    return Session(
        task, config.seed, cell=config.cell, layers=layering_of(config), hidden=config.hidden, recipe=recipe_of(config),
        data=config.data, epochs=config.epochs,
    )  # fmt: skip


def _train_to_the_end(session: Session, run: Run, progress: Progress | None) -> None:
    try:
        with checkpoints(lambda: save_checkpoint(session, run)) as after_step:
            while session.active:
                (epoch,) = session.step()
                run.append_epoch(epoch)
                if progress:
                    progress(epoch, session.limit)
                after_step()
    except FloatingPointError as error:
        raise diverged(error) from None


def diverged(error: FloatingPointError) -> InputError:
    """The error of a training whose loss is no longer finite, for people."""
    return InputError("a finite loss", str(error), "try another --seed or a smaller net")


def _train_candidates(run: Run) -> Training:
    """Trains a block of candidates."""
    try:
        chosen = train_candidates(run)
    except FloatingPointError as error:
        raise diverged(error) from None
    run.write_epochs(chosen.trained.epochs)
    return _finish(run, chosen.trained, chosen)


def _finish(run: Run, trained: TrainResult, chosen: Chosen | None = None) -> Training:
    epochs, config = trained.epochs, run.config
    recipe = recipe_of(config)
    last = epochs[-1]
    run.save_net(trained.net)
    result = Training(
        epochs=len(epochs), train_accuracy=last.train_accuracy, validation_accuracy=last.validation_accuracy,
        seconds=sum(epoch.seconds for epoch in epochs) * config.candidates, parameters=trained.net.parameters,
        kept_seed=chosen.seed if chosen else None, proved_candidates=chosen.proved if chosen else None,
        learned_from=recipe.learns_from, started_from=recipe.starts_from, inferred=trained.inferred,
    )  # fmt: skip
    run.save(result)
    run.remove(layout.CHECKPOINT)
    return result
