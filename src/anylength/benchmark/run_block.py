"""Computes one block of a benchmark: a sweep's block, with the scores of each net under the conventions."""

from collections.abc import Callable

from anylength.benchmark.kinds import kind_named
from anylength.benchmark.scoring import score, worst_families
from anylength.benchmark.words import draw_test_words
from anylength.lengths.stress import run_and_score
from anylength.lengths.suite import build_suite
from anylength.rules import Task
from anylength.sweeps.job import BlockJob, BlockResult
from anylength.sweeps.run_block import Parts, Tested, compute, stressed
from anylength.training import TrainResult


def run_block(job: BlockJob, worker: str = "") -> BlockResult:
    """Computes one block.

    Raises:
        InputError: The nets cannot be trained or tested.
    """
    kind = kind_named(job.config.cell)
    with kind.running():
        return compute(job, worker, Parts(kind.train, _tests, kind.pack))


def _tests(job: BlockJob, task: Task) -> Callable[[TrainResult], Tested]:
    """The stress test and the scores of a net; nothing of a net that diverged. All nets of a task get the same words."""
    assert job.stress is not None  # a benchmark always has a limit
    suite = build_suite(task, job.stress, 0)
    batches = draw_test_words(task, job.scored_by, job.limit, job.words)

    def tested(trained: TrainResult) -> Tested:
        if trained.diverged:
            return Tested({})
        stress, scores = run_and_score(trained.net, suite)
        of_stress, of_words = stressed(task, stress), score(trained.net, batches)
        fields = {"scores": of_words.by_convention, "worst_families": worst_families(suite, scores)}
        return Tested(of_stress.fields | fields, [*of_stress.wrong, *of_words.wrong])

    return tested
