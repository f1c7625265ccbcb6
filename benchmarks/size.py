"""How large the project is, and how much of it a command loads. Writes `docs/results/size.json`.

    python -m benchmarks.size [--times 5]

Lines are counted as `wc -l` counts them. The modules are those of ours that a command has imported when it ends, each in a process
of its own. Times are medians of whole processes, taken by turns: `anylength ask`, `anylength --help`, and `import jax` alone.
"""

import argparse
import ast
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "docs" / "results" / "size.json"
RUN = "tests/fixtures/runs/post"

LINES = {
    "Python in src": ("src", "*.py"), "JavaScript in src": ("src", "*.js"), "tests": ("tests", "*.py"), "Coq": ("formal", "*.v"),
    "benchmarks": ("benchmarks", "*.py"), "studies": ("studies", "*.py"), "documents": ("docs", "*.md"),
}  # fmt: skip

LOADED = """
import io, sys, contextlib
from anylength.cli.main import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    main(sys.argv[1:])
print(sum(name.split(".")[0].startswith("anylength") for name in sys.modules))
"""
"""A program that runs a command and prints how many of our modules it has imported."""

TIMED = {
    "import jax": ["-c", "import jax"],
    "anylength --help": ["-m", "anylength", "--help"],
    "anylength ask": ["-m", "anylength", "ask", RUN, "999"],
    "anylength check": ["-m", "anylength", "check", f"{RUN[:-4]}hundred/certificate.json", "--weights",
                        f"{RUN[:-4]}hundred/model.safetensors"],
}  # fmt: skip


def lines(folder: str, pattern: str) -> int:
    """The lines of the files of a folder."""
    return sum(path.read_bytes().count(b"\n") for path in (ROOT / folder).rglob(pattern))


def code_lines(path: Path) -> int:
    """The lines of a file that are neither blank, comment nor docstring."""
    text = path.read_text()
    held = {n for node in ast.walk(ast.parse(text)) for n in _docstring(node)}
    rows = enumerate(text.splitlines(), 1)
    return sum(bool(row.strip()) and not row.lstrip().startswith("#") and number not in held for number, row in rows)


def _docstring(node: ast.AST) -> Iterator[int]:
    """The lines of a string that stands alone."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def constants(folder: str) -> int:
    """The numbers that get a name in capitals at the top of a module, or in a class, below a folder."""
    return sum(_constants(path) for path in (ROOT / folder).rglob("*.py"))


def _constants(path: Path) -> int:
    found = 0
    for node in ast.walk(ast.parse(path.read_text())):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in targets:
            names = [name.id for name in ast.walk(target) if isinstance(name, ast.Name) and name.id.isupper()]
            value = getattr(node, "value", None)
            numbers = [each for each in ast.walk(value) if _is_number(each)] if value is not None else []
            found += min(len(names), len(numbers))
    return found


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)


def loaded(*command: str) -> int:
    """How many of our modules a command has imported when it ends."""
    done = subprocess.run([sys.executable, "-c", LOADED, *command], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


def seconds(times: int) -> dict[str, float]:
    """Median seconds of whole processes, taken by turns."""
    taken: dict[str, list[float]] = {name: [] for name in TIMED}
    for _ in range(times):
        for name, arguments in TIMED.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, check=False)
            taken[name].append(time.perf_counter() - started)
    return {name: round(statistics.median(each), 3) for name, each in taken.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        train = loaded("train", "count", "--epochs", "1", "--out", f"{folder}/run", "--quiet")
    results = {
        "made_by": "python -m benchmarks.size",
        "lines": {name: lines(*place) for name, place in LINES.items()},
        "code_lines_of_the_checker": sum(map(code_lines, (ROOT / "src/anylength_check").glob("*.py"))),
        "modules_in_src": len(list((ROOT / "src").rglob("*.py"))),
        "modules_loaded": {"anylength ask": loaded("ask", RUN, "999"), "anylength train": train},
        "named_numbers": {"verification": constants("src/anylength/verification"), "src/anylength": constants("src/anylength")},
        "seconds": seconds(options.times),
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(RESULTS.read_text())


if __name__ == "__main__":
    main()
