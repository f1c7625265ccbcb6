"""The trusted code, and for each of its files the tests that must notice a change of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """Files that the same tests look at.

    Attributes:
        files: Paths below `src`.
        tests: Arguments of pytest, in the order in which they run.
        options: More arguments of pytest.
        loaded: Modules that are loaded once, before any mutant.
    """

    files: tuple[str, ...]
    tests: tuple[str, ...]
    options: tuple[str, ...]
    loaded: tuple[str, ...]


_CHECKER = {
    "dyadic": ("test_edge_numbers", "test_rules", "test_dyadic", "test_rules_in_javascript"),
    "ranges": ("test_rules", "test_edge_numbers", "test_edge_proofs", "test_rules_in_javascript"),
    "rounding": ("test_edge_formats", "test_formats", "test_programs", "test_rules_in_javascript"),
    "program": (
        "test_programs",
        "test_edge_proofs",
        "test_edge_files",
        "test_every_cell",
        "test_stack_proofs",
        "test_rules_in_javascript",
    ),
    "strict": ("test_edge_files", "test_edge_program", "test_bounded_work"),
    "weights": ("test_edge_files", "test_programs", "test_edge_proofs", "test_every_cell", "test_rules_in_javascript"),
    "certificate": (
        "test_edge_files",
        "test_some_words",
        "test_rounded",
        "test_slices",
        "test_stack_proofs",
        "test_mutations",
        "test_sliced_proofs",
    ),
    "check": ("test_edge_files", "test_edge_checks", "test_edge_program", "test_check", "test_stack_proofs", "test_rounded"),
    "cover": (
        "test_edge_checks",
        "test_edge_proofs",
        "test_some_words",
        "test_programs",
        "test_edge_program",
        "test_edge_files",
        "test_check",
        "test_rounded",
        "test_sliced_proofs",
    ),
    "stacks": ("test_stack_proofs",),
    "forms": ("test_forms", "test_rules_in_javascript"),
    "ellipsoids": ("test_forms", "test_rules_in_javascript"),
    "slices": ("test_slices",),
    "work": ("test_edge_checks", "test_edge_proofs", "test_programs"),
    "streams": ("test_stream_certificates",),
    "onnx_file": ("test_stream_certificates",),
    "forgetting": ("test_edge_forgetting",),
    "report": ("test_edge_proofs", "test_check", "test_rounded"),
    "regions": ("test_least", "test_edge_proofs", "test_programs", "test_edge_files", "test_sliced_proofs"),
    "rounded": ("test_rounded",),
    "__main__": ("test_machine_lines", "test_edge_program", "test_check", "test_edge_checks", "test_processes"),
    "__init__": ("test_edge_program",),
}
_LONG = (
    "speed",
    "helpers",
    "every_field",
    "every_weight",
    "every_bound",
    "random",
    "simulated",
    "other_weights",
    "exact_at_the_edge",
    "thousand",
)
_CHECKER_OPTIONS = ("--confcutdir=tests/checker", "-k", f"not ({' or '.join(_LONG)})")

TARGETS = tuple(
    Target(
        (f"anylength_check/{name}.py",), tuple(f"tests/checker/{test}.py" for test in tests), _CHECKER_OPTIONS, ("gmpy2", "numpy")
    )
    for name, tests in _CHECKER.items()
)
"""A file each. The tests of the checker load neither JAX nor the producer."""

DUE = tuple(
    f"anylength_check/{name}.py"
    for name in (
        "__init__", "__main__", "certificate", "check", "cover", "ellipsoids", "forms", "program", "regions", "report", "rounded",
        "rounding", "slices", "stacks", "work", "streams", "onnx_file",
    )
)  # fmt: skip
"""Files that were changed after their last run: their mutants are still to be tried."""
