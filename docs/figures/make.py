"""Draws the figures from the files in `docs/results`. Run: make figures (needs matplotlib)."""

import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "anylength"
import matplotlib.pyplot as plt  # noqa: E402

HERE = Path(__file__).parent
INK, LINE, FAINT, WARM = "#1b2a41", "#0b6e99", "#5b6472", "#c1652f"
LONGEST = 20_000
"""Nines at which a prediction of never is drawn."""

PANELS = {
    "predicted": "predicted from the slow point",
    "linear": "linear, all modes",
    "decay": "log 0.1 / log radius",
    "passage": "passage past a ghost",
}
MECHANISMS = {"ghost": LINE, "saddle": WARM, "sink": FAINT}


def read(name: str) -> dict[str, Any]:
    """A results file."""
    return json.loads((HERE.parent / "results" / f"{name}.json").read_text())


def saved(figure: Any, name: str) -> None:
    """The figure as a file that is the same at every drawing."""
    for axes in figure.axes:
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(HERE / f"{name}.svg", metadata={"Date": None})


def carry() -> None:
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
    saved(figure, "carry")


def breaks() -> None:
    """Measured against predicted breaks, beside what simpler predictions give."""
    groups = read("breaks")["groups"].values()
    nets = [net for group in groups if group["cell"] == "rnn" for net in group["rows"] if 4 <= net["measured"] <= 2_000]
    figure, panels = plt.subplots(1, len(PANELS), figsize=(11, 3.4), sharey=True, gridspec_kw={"width_ratios": [1.5, 1, 1, 1]})
    for axes, (name, title) in zip(panels, PANELS.items(), strict=True):
        edge = [3, 30_000]
        axes.fill_between(edge, [x / 1.5 for x in edge], [x * 1.5 for x in edge], color=LINE, alpha=0.12, linewidth=0)
        for mechanism, colour in MECHANISMS.items():
            shown = [net for net in nets if net["mechanism"] == mechanism]
            said = [LONGEST if net[name] is None else min(max(net[name], 1), LONGEST) for net in shown]
            axes.scatter([net["measured"] for net in shown], said, s=9, color=colour, alpha=0.6, linewidth=0, label=mechanism)
        axes.set(xscale="log", yscale="log", xlim=(3, 2_500), ylim=(0.8, 30_000), xlabel="nines carried, measured")
        axes.set_xticks([4, 10, 100, 1000], ["4", "10", "100", "1000"])
        axes.set_yticks([1, 10, 100, 1000, LONGEST], ["1", "10", "100", "1000", "never"])
        axes.minorticks_off()
        axes.set_title(title, loc="left", fontsize=9.5, color=INK)
    panels[0].set_ylabel("nines carried, predicted")
    panels[0].legend(frameon=False, fontsize=8, loc="upper left", title="slow point", title_fontsize=8, handletextpad=0.2)
    saved(figure, "breaks")


def birth() -> None:
    """One training near the birth of the carry: resting points under nines against updates, and the break."""
    film = read("interventions")["parts"]["film"]
    frames, limit = film["frames"], 2_000
    figure, (above, below) = plt.subplots(2, 1, figsize=(8.4, 4.8), sharex=True)
    rests = [(frame["update"], rest) for frame in frames for rest in frame["rests"]]
    for stable, marker, words in ((True, LINE, "attracts"), (False, "none", "repels")):
        for right, colour, more in ((True, LINE, "answers 0"), (False, WARM, "answers wrongly")):
            shown = [(update, rest["at"]) for update, rest in rests if rest["stable"] == stable and rest["right"] == right]
            if shown:
                above.scatter(*zip(*shown, strict=True), s=20, edgecolors=colour, facecolors=marker if not stable else colour,
                              linewidth=1.1, label=f"{words}, {more}")  # fmt: skip
    above.set_ylabel("resting points under nines,\non the slow axis")
    above.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    above.set_title(f"one training (seed {film['seed']}), update by update", loc="left", fontsize=10.5, color=INK)
    updates = [frame["update"] for frame in frames]
    for name, style in (("measured", {"color": LINE, "marker": "o", "markersize": 4, "linewidth": 1.2}),
                        ("predicted", {"color": WARM, "marker": "x", "markersize": 6, "linewidth": 0})):  # fmt: skip
        below.plot(updates, [limit if frame[name] is None else min(frame[name], limit) for frame in frames], label=name, **style)
    below.set(yscale="log", xlabel="updates", ylabel="nines carried")
    below.set_yticks([1, 10, 100, limit], ["1", "10", "100", "never"])
    below.minorticks_off()
    below.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    saved(figure, "birth")


def scaling() -> None:
    """The break against the distance of the recurrent weights from the birth of the resting point."""
    part = read("interventions")["parts"]["scale"]
    figure, axes = plt.subplots(figsize=(5.4, 3.4))
    for row in part["rows"]:
        if row["saddle_node"]:
            shown = [(distance, measured) for distance, measured, _ in row["breaks"] if measured is not None]
            axes.plot(*zip(*shown, strict=True), color=LINE, linewidth=1, alpha=0.55)
    ends = [1e-5, 1e-2]
    axes.plot(ends, [20 / x**0.5 for x in ends], color=INK, linewidth=1.4, linestyle=(0, (4, 3)), label="slope −1/2")
    axes.set(xscale="log", yscale="log", xlabel="relative distance of the recurrent weights from the birth", ylabel="nines carried")
    axes.legend(frameon=False, fontsize=9)
    axes.set_title(
        f"{part['saddle_nodes']} nets, scaled to where a pair of resting points is born", loc="left", fontsize=10.5, color=INK
    )
    saved(figure, "scaling")


def main() -> None:
    """Draws all of them."""
    for draw in (carry, breaks, birth, scaling):
        draw()
        plt.close("all")


if __name__ == "__main__":
    main()
