"""Writes the README's tables from the results files. Run: make figures."""

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PROVED = {
    "certified-hundred": "`certified` (knows the machine), 0…100",
    "certified-post": "`certified`, the post's 9,000 numbers",
    "robust-hundred": "`robust` (inputs and outputs alone), 0…100",
    "robust-post": "`robust`, the post's 9,000 numbers",
}


def interval(share: dict[str, Any]) -> str:
    """A share with its 95 % interval."""
    return f"{share['right']} of {share['tried']} ({100 * share['low']:.0f}–{100 * share['high']:.0f} %)"


def proofs() -> str:
    """What can be proved, refuted and hardened, over seeds."""
    parts = json.loads((ROOT / "docs/results/proofs.json").read_text())["parts"]
    lines = [
        "| nets (seeds not used in the search for the recipes) | PROVED (95 % interval) | noise budget, median | bfloat16 covered |"
    ]
    lines.append("|---|---|---|---|")
    for name, words in PROVED.items():
        part = parts[name]
        budget, covered = part["noise_budget"]["median"], part["formats"].get("bfloat16", 0)
        lines.append(f"| {words} | {interval(part['proved'])} | {budget:.2f} | {covered} |")
    groups, hard = parts["robust-hundred-candidates"], parts["harden"]
    lines += [
        "",
        f"With `--candidates {groups['candidates']}`, {groups['groups_proved']} of {groups['groups']} groups of `robust` on 0…100 "
        f"hold a proved net. {verdicts(parts['blog'])} {verdicts(parts['blog-16'])} `harden` makes {interval(hard['proved'])} "
        f"of the 12-unit ones provable, in a median of {hard['updates']['median']:.0f} updates that move the weights by "
        f"{100 * hard['moved']['median']:.0f} %. All of it: [docs/results/proofs.json](docs/results/proofs.json), made by "
        "`python -m benchmarks.proofs`.",
        "",
        smallest(),
    ]
    return "\n".join(lines)


def smallest() -> str:
    """The smallest proved counter, in a sentence."""
    sizes = json.loads((ROOT / "docs/results/smallest/smallest.json").read_text())["sizes"]
    best = min((size for size in sizes if size["proved"]["right"]), key=lambda size: size["parameters"])
    return (
        f"The smallest proved counter so far has {best['units']} units and {best['parameters']} parameters "
        f"({interval(best['proved'])} seeds of that size); it lies with its certificate in "
        "[docs/results/smallest](docs/results/smallest)."
    )


def verdicts(blog: dict[str, Any]) -> str:
    """The verdicts on the post's own nets of one size, in a sentence."""
    digits, found = blog["counterexample_digits"], blog["verdicts"]
    return (
        f"Of the post's own nets with {blog['hidden']} units, {found.get('REFUTED', 0)} of {blog['seeds']} are REFUTED within "
        f"{blog['budget_seconds']:.0f} s each (by numbers of {digits['min']:.0f} to {digits['max']:.0f} digits, median "
        f"{digits['median']:.0f}), {found.get('PROVED', 0)} PROVED, {found.get('UNKNOWN', 0)} UNKNOWN."
    )


def speed() -> str:
    """Our times beside PyTorch's and TensorFlow's."""
    results = json.loads((ROOT / "benchmarks/results.json").read_text())
    lines = [f"Medians of {results['rounds']} rounds, side by side in one run ({results['machine']}; `make bench`):", ""]
    lines += ["| what | ours | beside it | ratio (range) |", "|---|---|---|---|"]
    for row in results["rows"]:
        peer = f"{row['peer']}: {row['theirs']:.3g} {row['unit']}" if row.get("theirs") else ""
        ratio = f"{row['ratio']:.1f} ({row['ratio_range'][0]:.1f}–{row['ratio_range'][1]:.1f})" if row.get("ratio") else ""
        lines.append(f"| {row['what']} | {row['ours']:.3g} {row['unit']} | {peer} | {ratio} |")
    lines += ["", f"The largest process of all these, PyTorch and TensorFlow included, took {results['largest_process_mib']} MiB."]
    return "\n".join(lines)


def main() -> None:
    """Puts each table between its marks."""
    path = ROOT / "README.md"
    text = path.read_text()
    for name, table in (("proofs", proofs()), ("speed", speed())):
        text = re.sub(
            f"<!-- {name} -->.*<!-- /{name} -->",
            lambda _, t=table, n=name: f"<!-- {n} -->\n{t}\n<!-- /{n} -->",
            text,
            flags=re.DOTALL,
        )
    path.write_text(text)


if __name__ == "__main__":
    main()
