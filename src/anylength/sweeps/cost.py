"""What a net costs: an estimate in multiplications, to weigh settings against each other; seconds come from measuring.

The model counts what a recurrent net's training and stress test multiply. It is used for the time left and for the question before
a very large sweep; `docs/scale.md` has what nets really cost.
"""

import time

from anylength.records import RunConfig, SweepPlan
from anylength.sweeps.blocks import block_at, job_of, rows
from anylength.tasks import task_named
from anylength.training import VMAP_WIDTH

TRAINING = 6.0
"""Forward, backward and evaluation: so many times the products of a forward step."""

OVERHEAD = 400.0
"""A step's own work, in multiplications a column: what small nets cost beside their products."""

STRESS_STEPS = 1_000_000
"""Steps times columns of a stress test up to 2,000 symbols; it grows with the limit."""

USUAL_LIMIT = 2000


def weigh(config: RunConfig, stress: int | None) -> float:
    """The cost of one net, in multiplications."""
    task = task_named(config.task, config.base, config.machine)
    step = config.hidden * (config.hidden + task.encoding_size + task.classes) + OVERHEAD
    settings = config.settings
    if "updates" in settings:
        examples = float(settings["updates"]) * float(settings["batch"])
        length = float(settings.get("steps", 0)) or 11.0
        if settings.get("machine_known"):
            length += float(settings["depth"]) * (task.machine.states * task.symbols) / max(1.0, float(settings["batch"])) * 4
    else:
        examples, length = 9_000.0, 11.0
        digits = config.data.rpartition("-")[2]
        length = float(digits) + 1 if digits.isdigit() else length
    trained = TRAINING * config.epochs * examples * length * step
    tested = 0.0 if stress is None else STRESS_STEPS * step * (stress or USUAL_LIMIT) / USUAL_LIMIT
    return trained + tested


def weights(plan: SweepPlan) -> list[float]:
    """The cost of one net of each setting."""
    return [weigh(config, plan.stress) for config in plan.settings]


def probe(plan: SweepPlan) -> float:
    """Seconds that the whole sweep would take here, from one lane of the first setting that is really done (after a first one)."""
    from anylength.sweeps.run_block import run_block

    block = block_at(plan, 0)
    count = min(VMAP_WIDTH, block.rows)
    job = job_of(plan, block, count)
    run_block(job)
    started = time.perf_counter()
    run_block(job)
    each = weights(plan)
    return (time.perf_counter() - started) / count * sum(each) / each[0] * rows(plan) / len(each)
