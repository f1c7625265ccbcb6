"""Estimates the cost of a net in multiplications, to compare settings with each other.

The model counts the multiplications of a recurrent net's training and stress test. A sweep uses it to estimate the time left, and
the time of a very large sweep. `docs/scale.md` has measured costs in seconds.
"""

import time

from anylength.records import RunConfig, SweepPlan
from anylength.sweeps.blocks import block_at, job_of, row_count
from anylength.tasks import task_named
from anylength.training import VMAP_WIDTH

TRAINING_FACTOR = 6.0
"""Cost of training in forward passes. An estimate: forward, backward (about twice a forward pass), and evaluation."""

STEP_OVERHEAD = 400.0
"""Fixed cost of one time step, in multiplications. Small nets are slower than their products (`docs/scale.md`)."""

STRESS_STEPS = 1_000_000
"""Time steps of a stress test up to `USUAL_LIMIT` symbols, over all words. Their number grows linearly with the limit."""

USUAL_LIMIT = 2000
"""Longest word of the default stress test, in symbols."""

POST_EXAMPLES, POST_STEPS = 9_000.0, 11.0
"""Training examples of the data set `post`, and time steps of each: 10 digits and one step for the last carry."""

PROVER_FACTOR = 4.0
"""Cost of one box in the prover's iteration, in forward steps. An estimate."""


def net_cost(config: RunConfig, stress: int | None) -> float:
    """The cost of one net, in multiplications."""
    task = task_named(config.task, config.base, config.machine)
    step = config.hidden * (config.hidden + task.encoding_size + task.classes) + STEP_OVERHEAD
    training = TRAINING_FACTOR * config.epochs * _steps_of_an_epoch(config) * step
    testing = 0.0 if stress is None else STRESS_STEPS * step * (stress or USUAL_LIMIT) / USUAL_LIMIT
    return training + testing


def _steps_of_an_epoch(config: RunConfig) -> float:
    """Time steps of one epoch of training, over all examples."""
    settings = config.settings
    if "updates" not in settings:
        digits = config.data.rpartition("-")[2]
        return POST_EXAMPLES * (float(digits) + 1 if digits.isdigit() else POST_STEPS)
    examples = float(settings["updates"]) * float(settings["batch"])
    steps = float(settings.get("steps", 0)) or POST_STEPS
    if settings.get("depth"):
        task = task_named(config.task, config.base, config.machine)
        boxes = task.machine.states * task.symbols
        steps += float(settings["depth"]) * boxes / max(1.0, float(settings["batch"])) * PROVER_FACTOR
    return examples * steps


def net_costs(plan: SweepPlan) -> list[float]:
    """The cost of one net of each setting."""
    return [net_cost(config, plan.stress) for config in plan.settings]


def estimated_seconds(plan: SweepPlan) -> float:
    """Estimated seconds of the whole sweep in this process.

    Measures the first `VMAP_WIDTH` rows twice. The first time includes compilation, so the second one counts.
    """
    from anylength.sweeps.run_block import run_block

    block = block_at(plan, 0)
    count = min(VMAP_WIDTH, block.rows)
    job = job_of(plan, block, count)
    run_block(job)
    started = time.perf_counter()
    run_block(job)
    costs = net_costs(plan)
    return (time.perf_counter() - started) / count * sum(costs) / costs[0] * row_count(plan) / len(costs)
