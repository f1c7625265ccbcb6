"""What must stay the same while code moves: printed JSON, certificates, exports, stored runs, verdicts and weights.

    python -m benchmarks.pins [--keep]

`--keep` writes `docs/results/pins.json`; without it the pins are made again and compared with the file, and a difference ends
with exit code 1. Numbers are the same on one kind of processor alone, so the file names the processor that it was made on.
"""

import argparse
import hashlib
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from anylength import fit_block, task
from anylength.runs.environment import environment
from anylength.verification.verdicts import verify
from benchmarks.results_file import RESULTS

FILE = RESULTS / "pins.json"
RUNS = Path(__file__).parent.parent / "tests" / "fixtures" / "runs"
TIMES = ("seconds", "run", "path", "environment", "created", "search")
"""Keys of printed JSON that name a time or a folder, whatever stands there."""

CONSTRUCTED = (
    "count", "decrement", "parity", "compare", "add", "subtract", "multiply-3", "remainder-7", "tomita-1", "tomita-2", "tomita-3",
    "tomita-4", "tomita-5", "tomita-6", "tomita-7", "even-pairs", "cycle-navigation", "flip-flop", "s3", "a4-generators",
    "z-5", "dyck-1-2", "regex:(ab)*", "divisible-3-base-2", "anbn",
)  # fmt: skip
"""Tasks of 25 nets that are constructed, proved and exported."""

TRAINED = (
    "count --recipe blog --hidden 8", "count --recipe certified --hidden 8", "count --recipe robust --hidden 8",
    "add --recipe plain --cell gru --hidden 8", "parity --recipe plain --cell lstm --hidden 6", "tomita-3 --cell relu --hidden 6",
    "even-pairs --cell mingru --hidden 6", "count --layers 2 --cell gru --recipe plain --hidden 6", "anbn --cell stack-rnn",
    "count --cell ssm --recipe plain", "parity --cell deltanet --recipe plain", "flip-flop --cell rwkv7 --recipe plain",
)  # fmt: skip
"""Command lines of `train`, two epochs each."""

ASKED = (
    "ask {post} 7 199 99999 123456789", "ask {hundred} 7 199 99999999999999999999", "ask {hardened} 9", "ask {int8} 999",
    "count {post} --start 95 --steps 10", "count {hundred} --start 995 --steps 10", "stress {post} --limit 100",
    "stress {hundred} --limit 100", "stress {int8} --limit 60", "explain {post}", "explain {hundred}", "extract {post}",
    "extract {hundred}", "prove {post} --budget 20", "prove {hundred}", "prove {hardened}", "prove {hundred} --within '9*'",
    "check {hundred}/certificate.json --weights {hundred}/model.safetensors", "check {hundred}/certificate.json --show --weights "
    "{hundred}/model.safetensors", "check {int8}/certificate.json --weights {int8}/model.safetensors",
    "quantise {hundred} --to bfloat16 --out {new}", "quantise {hundred} --to int8 --out {new}", "tasks", "tasks show count",
    "tasks show tomita-5", "tasks --suite tomita", "cells", "recipes", "ask {post} x", "prove nothing", "train nothing",
    "stress {post} --limit 0", "tasks show nothing", "train count --cell nothing",
)  # fmt: skip
"""Command lines about stored runs, and some that are refused."""

BLOCKS = (
    ("count", "rnn", "blog", 8, 4), ("count", "gru", "plain", 8, 3), ("parity", "rnn", "plain", 6, 4),
    ("tomita-3", "rnn", "plain", 6, 30),
    ("tomita-4", "lstm", "plain", 5, 30), ("even-pairs", "rnn", "plain", 5, 30), ("even-pairs", "mingru", "plain", 5, 30),
    ("s3-generators", "rnn", "plain", 8, 20), ("count", "rnn", "certified", 8, 6), ("parity", "rnn", "certified", 6, 4),
    ("tomita-5", "relu", "plain", 6, 30), ("flip-flop", "rnn", "certified", 6, 4),
)  # fmt: skip
"""Task, cell, recipe, hidden units and epochs of blocks of ten nets, 120 in all."""

ASK_LOADS = "modules of ours that ask loads"
"""The one pin that may fall."""

STEPS = 40_000
"""Steps of an attack, in place of seconds."""


def main() -> None:
    """Makes the pins; keeps them, or says where they differ from those that were kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true")
    keep = parser.parse_args().keep
    with tempfile.TemporaryDirectory() as folder:
        pins = made(Path(folder))
    if keep:
        kept = {"format": 1, "environment": json.loads(environment().to_json()), "pins": pins}
        FILE.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
        print(f"wrote {len(pins)} pins to {FILE}")
        return
    kept = json.loads(FILE.read_text())["pins"]
    apart = [name for name in sorted(kept.keys() | pins.keys()) if kept.get(name) != pins.get(name)]
    if pins[ASK_LOADS] <= kept.get(ASK_LOADS, 59):
        apart = [name for name in apart if name != ASK_LOADS]
    for name in apart:
        print(f"{name}\n  was {str(kept.get(name))[:600]}\n  is  {str(pins.get(name))[:600]}")
    print(f"{len(kept) - len(apart)} of {len(kept)} pins are equal")
    sys.exit(1 if apart else 0)


def made(folder: Path) -> dict[str, Any]:
    """All pins by name."""
    stored = {path.name: shutil.copytree(path, folder / path.name) for path in RUNS.iterdir() if (path / "DONE").exists()}
    pins: dict[str, Any] = {ASK_LOADS: loaded(stored["hundred"])}
    pins |= {f"stored {path.relative_to(RUNS)}": digest(path) for path in sorted(RUNS.rglob("*")) if path.is_file()}
    with ThreadPoolExecutor(2) as pool:
        blocks = pool.submit(lambda: dict(verdicts()))
        for found in pool.map(lambda name: constructed(name, folder), CONSTRUCTED):
            pins |= found
        for found in pool.map(lambda line: trained(line, folder), TRAINED):
            pins |= found
        for number, line in enumerate(ASKED):
            pins[line] = printed(line.format(**stored, new=folder / f"new-{number}"), folder)
        return pins | blocks.result()


def loaded(run: Path) -> int:
    """How many modules of ours answering one question loads."""
    ours = "len([name for name in sys.modules if 'anylength' in name])"
    code = f"import sys; from anylength.cli.main import main; main(sys.argv[1:]); print({ours})"
    words = [sys.executable, "-c", code, "ask", str(run), "199"]
    return int(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[-1])


def constructed(name: str, folder: Path) -> dict[str, Any]:
    """What is printed about a constructed net, and the digests of its files and exports."""
    run = folder / f"constructed-{name}".replace("*", "")
    cell = " --cell stack-rnn" if name == "anbn" else ""
    pins = {f"construct {name}": printed(f"train '{name}' --recipe constructed{cell} --out '{run}'", folder)}
    pins |= {f"prove {name}": printed(f"prove '{run}'", folder)}
    pins |= {f"export {name} {form}": printed(f"export '{run}' --to {form}", folder) for form in ("c", "onnx", "torch")}
    files = ("certificate.json", *sorted(path.name for path in run.glob("model.*")))
    return pins | {f"{name}: {file}": digest(run / file) for file in files if (run / file).exists()}


def trained(line: str, folder: Path) -> dict[str, Any]:
    """What is printed about a net that is trained for two epochs, and the digest of its weights."""
    run = folder / line.replace(" ", "")
    return {f"train {line}": printed(f"train {line} --epochs 2 --out {run}", folder)} | {
        f"train {line}: weights": digest(run / "model.safetensors")
    }


def verdicts() -> Iterator[tuple[str, Any]]:
    """The verdicts of 120 nets under a budget of steps."""
    for name, cell, recipe, hidden, epochs in BLOCKS:
        nets = fit_block(task(name), range(10), recipe=recipe, cell=cell, hidden=hidden, epochs=epochs)
        for seed, trained_net in enumerate(nets):
            found = verify(trained_net.net, task(name), steps=STEPS)
            said = timeless(json.loads(found.verdict.to_json()))
            yield (
                f"verdict {name} {cell} {recipe} {seed}",
                said | {"certificate": sha(found.certificate), "weights": sha(found.weights)},
            )


def printed(line: str, folder: Path) -> Any:
    """The exit code of a command line, and the JSON or the message that it prints, without times and folders."""
    words = [sys.executable, "-m", "anylength", *shlex.split(line), "--json", "--quiet"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder, check=False)
    text = done.stdout or done.stderr
    try:
        said = timeless(json.loads(text))
    except ValueError:
        said = text
    return [done.returncode, json.loads(json.dumps(said).replace(str(folder), "FOLDER"))]


def timeless(said: Any) -> Any:
    """JSON without what `TIMES` names."""
    if isinstance(said, dict):
        return {key: timeless(value) for key, value in said.items() if key not in TIMES}
    return [timeless(value) for value in said] if isinstance(said, list) else said


def digest(path: Path) -> str:
    """The SHA-256 of a file; of safetensors without the order of their metadata, which is drawn."""
    if not path.exists():
        return "no file"
    content = path.read_bytes()
    if path.name.endswith(".torch.safetensors"):
        size = 8 + int.from_bytes(content[:8], "little")
        content = json.dumps(json.loads(content[8:size]), sort_keys=True).encode() + content[size:]
    return hashlib.sha256(content).hexdigest()


def sha(content: bytes | None) -> str | None:
    """The SHA-256 of bytes, if there are any."""
    return None if content is None else hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
