"""Draws the README's figure from `docs/results/post.json`. Run: make figures (needs matplotlib)."""

import json
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "anylength"
import matplotlib.pyplot as plt  # noqa: E402

HERE = Path(__file__).parent
INK, LINE, FAINT = "#1b2a41", "#0b6e99", "#5b6472"


def main() -> None:
    """Draws one step curve: how many nets still carry, against the length of the chain of nines."""
    parts = json.loads((HERE.parent / "results" / "post.json").read_text())["parts"]
    part = next(part for part in parts if part["name"] == "rnn")
    nets, limit = part["nets"], part["limit"]
    ends = sorted({net["horizon"] for net in nets if net["horizon"] is not None})
    counts = [1, *[end + 1 for end in ends], limit]
    alive = [100 * sum(net["horizon"] is None or net["horizon"] >= count for net in nets) / len(nets) for count in counts]
    clean = 100 * sum(net["mistake"] is None for net in nets) / len(nets)
    figure, axes = plt.subplots(figsize=(7.2, 3.4))
    axes.step(counts, alive, where="post", color=LINE, linewidth=2.2)
    axes.axhline(clean, color=FAINT, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.annotate(f"{clean:.0f} %: no mistake found by the whole stress test", (limit, clean), (0, -13), textcoords="offset points",
                  ha="right", color=FAINT, fontsize=9)  # fmt: skip
    axes.axvline(25, color=FAINT, linewidth=1)
    axes.annotate("the post's net broke here", (25, 104), (5, 0), textcoords="offset points", color=FAINT, fontsize=9, va="top")
    axes.set(xscale="log", xlim=(1, limit), ylim=(0, 105), xlabel="nines that the carry has to ripple over",
             ylabel="nets still right, %")  # fmt: skip
    axes.set_xticks([1, 3, 10, 30, 100, 300, 1000, 2000], ["1", "3", "10", "30", "100", "300", "1000", "2000"])
    axes.minorticks_off()
    axes.set_title(
        f"{len(nets)} nets, all at 100 % on training and validation (up to 10 digits)", loc="left", fontsize=10.5, color=INK
    )
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(HERE / "carry.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
