"""The theorems that hold for all nets: the files of the folder `formal`."""

from pathlib import Path

ORDER = (
    "Machine", "Numbers", "Program", "Agreement", "Intervals", "Net", "Certificate", "Regions", "Answers", "Kernel",
    "machines/Tables", "machines/Digits", "machines/Carry", "machines/Explore", "machines/Equivalent", "machines/Count",
    "machines/Affine", "machines/Division", "machines/Parity", "machines/TwoNumbers", "Statements",
)  # fmt: skip
"""The files that a run's theorem rests on, each after those that it needs."""


def library_files() -> dict[str, str]:
    """The text of each file by its name."""
    installed = Path(__file__).with_name("library")
    folder = installed if installed.is_dir() else Path(__file__).parents[3] / "formal"
    return {f"{name}.v": (folder / f"{name}.v").read_text(encoding="utf-8") for name in ORDER}
