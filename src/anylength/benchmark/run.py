"""Runs a benchmark: a sweep in a folder, then its table as JSON, Markdown, LaTeX and a page."""

from pathlib import Path

from anylength.base import write_atomic
from anylength.benchmark.latex import latex
from anylength.benchmark.markdown import markdown
from anylength.benchmark.options import BenchmarkOptions
from anylength.benchmark.page import page
from anylength.benchmark.plan import plan_of
from anylength.benchmark.summary import summarise
from anylength.records import Benchmark
from anylength.sweeps.run import Progress, run_in

JSON, MARKDOWN, LATEX, PAGE = "benchmark.json", "benchmark.md", "benchmark.tex", "benchmark.html"
"""Names of the files with the table, in the benchmark's folder."""

RUN_BLOCK = "anylength.benchmark.run_block"
"""The module that computes a block."""


def benchmark(
    options: BenchmarkOptions, out: Path, *, scheduler: str | None = None, workers: int | None = None,
    progress: Progress | None = None,
) -> Benchmark:  # fmt: skip
    """Runs a benchmark in the folder `out`, and writes its table there. Nets that the folder already has are not computed again.

    Args:
        options: What is benchmarked.
        out: The folder: new, or of the same benchmark.
        scheduler: The address of a Dask scheduler whose workers compute the blocks; None: this machine.
        workers: Number of processes of this machine that compute the blocks; None: this process.
        progress: Called after every block.

    Raises:
        InputError: The options are bad, the folder has another plan, the disk is full, or a net fails.
    """
    run_in(plan_of(options), out, RUN_BLOCK, scheduler=scheduler, workers=workers, progress=progress)
    return write_table(out)


def write_table(out: Path) -> Benchmark:
    """Writes the table of a benchmark's rows into its folder.

    Raises:
        InputError: There is no benchmark at `out`, it has no row, or the disk is full.
    """
    table = summarise(out)
    for name, content in ((JSON, table.to_file()), (MARKDOWN, markdown(table)), (LATEX, latex(table)), (PAGE, page(table))):
        write_atomic(out / name, content if isinstance(content, bytes) else content.encode())
    return table
