"""Builds the wheel, installs it into an empty environment and runs the commands of the three doors there, outside of the checkout.

    python -m benchmarks.wheel [--torch]       (needs: pip install '.[publish]', and the network)

The net that is audited, its clips and the PyTorch net are code blocks of the tutorials. PyTorch is large: `--torch` installs it.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
TUTORIALS = ROOT / "docs" / "tutorials"
AUDIT = ("audit", "detector.py:shipped", "--inputs", "clips", "--snr", "10", "--for", "2min", "--out", "shipped", "--quiet")
DOORS = (
    ((1,), AUDIT, "drift"),
    ((0,), ("train", "regex:(ab)*", "--until", "proved", "--out", "pattern", "--quiet"), "PROVED"),
    ((0,), ("train", "dyck-2", "--cell", "stack-rnn", "--out", "brackets", "--quiet"), "run"),
    ((0,), ("prove", "brackets", "--quiet"), "PROVED"),
    ((0,), ("check", "brackets/certificate.json", "--weights", "brackets/model.safetensors"), "VALID"),
)
"""The exit codes that are right, the command, and a word that it prints."""


def main() -> None:
    """Prints a line for each command; ends with exit code 1 at the first that fails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--torch", action="store_true", help="also install PyTorch and run its tutorial")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        called(folder, sys.executable, "-m", "build", "--wheel", "--outdir", "dist", str(ROOT))
        venv.create(folder / "empty", with_pip=True)
        (wheel,) = (folder / "dist").glob("*.whl")
        python = str(folder / "empty" / "bin" / "python")
        constraints = ("-c", str(ROOT / "constraints.txt"))
        called(
            folder,
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            f"{wheel}[audit]",
            *constraints,
            *(["torch"] if options.torch else []),
        )
        detector, clips = blocks("streaming-net.md")[:2]
        (folder / "detector.py").write_text(detector)
        called(folder, python, "-c", clips)
        for codes, command, expected in DOORS:
            told = called(folder, python, "-m", "anylength", *command, codes=codes)
            if expected not in told:
                sys.exit(f"anylength {' '.join(command)}: expected {expected!r} in\n{told}")
            print("ran: anylength", *command)
        if options.torch:
            called(folder, python, "-c", "\n".join(blocks("pytorch-net.md")))
            print("ran: the tutorial of PyTorch")


def blocks(page: str) -> list[str]:
    """The Python blocks of a tutorial, in their order."""
    return re.findall(r"^```python\n(.*?)^```", (TUTORIALS / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def called(folder: Path, *command: str, codes: tuple[int, ...] = (0,)) -> str:
    """What a command prints, called in a folder."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in codes:
        sys.exit(f"{' '.join(command)}\nexit code {done.returncode}, expected one of {codes}\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
