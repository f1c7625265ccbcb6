"""One row of a sweep as an ordinary run folder."""

from pathlib import Path

import msgspec

from anylength.errors import InputError
from anylength.experiments import Run, layout
from anylength.records import Environment, RunConfig, Training
from anylength.sweeps import folder
from anylength.sweeps.blocks import block_of, rows
from anylength.sweeps.weights import unpacked


def export_run(path: Path, row: int, out: Path) -> Training:
    """Writes the net of a row, its configuration, its epochs and its surroundings into the new run folder `out`.

    Raises:
        InputError: No such sweep or row, a row that is not done yet, a net whose training diverged, or a folder that exists.
    """
    plan = folder.plan_of(path)
    if not 0 <= row < rows(plan):
        raise InputError(f"a row from 0 to {rows(plan) - 1:,}", f"{row:,}", "the column `row` of results.jsonl numbers them")
    block = block_of(plan, row)
    found = next((each for each in folder.read_rows(path) if each.row == row), None)
    if found is None:
        raise InputError("a row that is done", f"row {row:,}, which is not", "let the sweep go on: run it again")
    if found.diverged:
        raise InputError("a net that was trained", f"row {row:,}, whose training diverged", "take another row")
    seconds = _seconds(path, block.number, found.epochs)
    net, _, epochs = unpacked(folder.weights_file(path, block.number), row - block.first, seconds)
    config: RunConfig = msgspec.structs.replace(plan.settings[block.setting], seed=found.seed)
    environment = Environment.from_json((path / layout.ENVIRONMENT).read_bytes(), layout.ENVIRONMENT)
    run = Run.create(out, config, made_with=environment)
    run.write_epochs(epochs)
    run.save_net(net)
    result = Training(
        epochs=len(epochs), train_accuracy=epochs[-1].train_accuracy, validation_accuracy=epochs[-1].validation_accuracy,
        seconds=sum(epoch.seconds for epoch in epochs), parameters=net.parameters,
    )  # fmt: skip
    run.save(result)
    return result


def _seconds(path: Path, block: int, epochs: int) -> float:
    """Seconds an epoch: a net's part of its block's training."""
    times = next((each for each in folder.read_times(path) if each.block == block), None)
    return times.training_seconds / times.rows / max(1, epochs) if times else 0.0
