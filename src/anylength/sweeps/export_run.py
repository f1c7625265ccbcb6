"""Writes one row of a sweep as an ordinary run folder."""

from pathlib import Path

import msgspec

from anylength.base import InputError
from anylength.experiments.save import save_net
from anylength.nets import ARCHITECTURES, Net, to_bytes
from anylength.records import RunConfig, SweepRow, Training
from anylength.runs import Run, epochs_file, layout, net_config, task_of
from anylength.sweeps import folder
from anylength.sweeps.blocks import block_of, row_count
from anylength.sweeps.exported import note_export
from anylength.sweeps.weights import unpack_net


def export_run(path: Path, row: int, out: Path) -> Training:
    """Writes the net of a row with its configuration, epochs and environment into the new run folder `out`.

    Raises:
        InputError: The sweep or the row does not exist; the row is not computed yet; its training diverged; its net is none of the
            plan's, or a module of PyTorch of which no step can be read; or `out` exists.
    """
    plan = folder.plan_of(path)
    if not 0 <= row < row_count(plan):
        raise InputError(f"a row from 0 to {row_count(plan) - 1:,}", f"{row:,}", "the column `row` of results.jsonl numbers them")
    block, record = block_of(plan, row), _trained_row(path, row)
    if plan.settings[block.setting].cell not in ARCHITECTURES:
        with folder.open_weights(path, block.number) as file:
            result = _export_module(plan.settings[block.setting], file.read(), out)
        note_export(path, row, out)
        return result
    seconds = _seconds_per_epoch(path, block.number, record.epochs)
    with folder.open_weights(path, block.number) as file:
        net, stored, epochs = unpack_net(file, row - block.first, seconds)
    config: RunConfig = msgspec.structs.replace(plan.settings[block.setting], seed=record.seed)
    if stored != net_config(config):
        got = f"a net of {stored.task_name}, {stored.cell}, in the weights of block {block.number}"
        raise InputError(f"the nets of {folder.PLAN}", got, "the two files are of different sweeps: copy the sweep again")
    result = Training(
        epochs=len(epochs), train_accuracy=epochs[-1].train_accuracy, validation_accuracy=epochs[-1].validation_accuracy,
        seconds=sum(epoch.seconds for epoch in epochs), parameters=net.parameters,
    )  # fmt: skip
    files = {layout.METRICS: epochs_file(epochs), layout.MODEL: to_bytes(net, net_config(config)), layout.DONE: result.to_file()}
    Run.create(out, config, made_with=folder.environment_of(path), files=files)
    note_export(path, row, out)
    return result


def _export_module(config: RunConfig, weights: bytes, out: Path) -> Training:
    """Writes the step of a user's own module of PyTorch as a run.

    Raises:
        InputError: There is no such factory in the current folder, its source or weights are others, or no step can be read.
    """
    from anylength.torch.modules import load_factory, stored_net

    factory, task = load_factory(config.cell), task_of(config)
    if config.settings["source"] != factory.digest:
        raise InputError(f"the source of {factory.name} with which the row was made", "another version", "restore it")
    net = stored_net(factory, task, weights)
    if not isinstance(net, Net):
        why = getattr(net, "not_a_step", "")
        raise InputError("a net whose step can be read", f"{factory.name}: {why}", "load the row's weights into your module")
    run = save_net(net, task, out)
    assert run.training is not None  # `save_net` writes it
    return run.training


def _trained_row(path: Path, row: int) -> SweepRow:
    """The record of a row. Raises what `export_run` does."""
    record = next((record for record in folder.read_rows(path) if record.row == row), None)
    if record is None:
        raise InputError("a row that is done", f"row {row:,}, which is not", "continue the sweep: run it again")
    if record.diverged:
        raise InputError("a net that was trained", f"row {row:,}, whose training diverged", "take another row")
    return record


def _seconds_per_epoch(path: Path, block: int, epochs: int) -> float:
    """Mean seconds of an epoch of one net: the block's training time divided by its nets and their epochs."""
    times = next((times for times in folder.read_times(path) if times.block == block), None)
    return times.training_seconds / times.rows / max(1, epochs) if times else 0.0
