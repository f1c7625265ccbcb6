"""Draws the figures of README and docs from the files in `docs/results`.

    python docs/figures/make.py        (or: make figures)

Writes `docs/figures/{carry,breaks,birth,scaling,epochs}.svg`. Needs the package matplotlib.
"""

import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "anylength"  # the same file at every drawing
import matplotlib.pyplot as plt  # noqa: E402

from anylength.statistics import share  # noqa: E402

HERE = Path(__file__).parent
DARK, BLUE, GREY, ORANGE = "#1b2a41", "#0b6e99", "#5b6472", "#c1652f"

LONGEST = 20_000
"""The height at which a prediction of "never" is drawn, in nines."""

LIMIT = 2_000
"""Nines in the longest number that was measured."""

PREDICTIONS = {
    "predicted": "predicted from the slow point",
    "linear": "linear, all modes",
    "decay": "log 0.1 / log radius",
    "passage": "passage past a ghost",
}
"""The panels of `breaks`: prediction → title."""

MECHANISMS = {"ghost": BLUE, "saddle": ORANGE, "sink": GREY}
"""Kinds of slow point and their colours."""

EPOCHS_NETS = 30
"""Nets that were trained on after 100 %."""

FACTOR = 1.5
"""Predictions within this factor of the measured break lie in the shaded band."""


def read(name: str) -> dict[str, Any]:
    """A results file."""
    return json.loads((HERE.parent / "results" / f"{name}.json").read_text())


def save(figure: Any, name: str) -> None:
    """Writes a figure without the date, so that the file changes only if the figure does."""
    for axes in figure.axes:
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(HERE / f"{name}.svg", metadata={"Date": None})


def carry() -> None:
    """The share of nets that still carry, against the number of nines."""
    part = next(part for part in read("post")["parts"] if part["name"] == "rnn")
    nets, limit = part["nets"], part["limit"]
    horizons = sorted({net["horizon"] for net in nets if net["horizon"] is not None})
    nines = [1, *[horizon + 1 for horizon in horizons], limit]
    right = [100 * sum(net["horizon"] is None or net["horizon"] >= count for net in nets) / len(nets) for count in nines]
    clean = 100 * sum(net["shortest_mistake"] is None for net in nets) / len(nets)
    figure, axes = plt.subplots(figsize=(7.2, 3.4))
    axes.step(nines, right, where="post", color=BLUE, linewidth=2.2)
    axes.axhline(clean, color=GREY, linewidth=1.2, linestyle=(0, (4, 3)))
    words = f"{clean:.0f} % are right on every number that was tried"
    axes.annotate(words, (limit, clean), (0, -13), textcoords="offset points", ha="right", color=GREY, fontsize=9)
    axes.set(
        xscale="log",
        xlim=(1, limit),
        ylim=(0, 105),
        xlabel="nines that the 1 is carried over, as in 99…9 + 1",
        ylabel="nets that are right, %",
    )
    axes.set_xticks([1, 3, 10, 30, 100, 300, 1000, 2000], ["1", "3", "10", "30", "100", "300", "1000", "2000"])
    axes.minorticks_off()
    title = f"{len(nets)} nets learned to add 1, all right on every training and test number"
    axes.set_title(title, loc="left", fontsize=10.5, color=DARK)
    save(figure, "carry")


def breaks() -> None:
    """Predicted against measured breaks, for our prediction and simpler ones."""
    groups = read("breaks")["groups"].values()
    nets = [net for group in groups if group["cell"] == "rnn" for net in group["rows"] if 4 <= net["measured"] <= LIMIT]
    figure, panels = plt.subplots(1, len(PREDICTIONS), figsize=(11, 3.4), sharey=True, gridspec_kw={"width_ratios": [1.5, 1, 1, 1]})
    for axes, (name, title) in zip(panels, PREDICTIONS.items(), strict=True):
        draw_prediction(axes, nets, name)
        axes.set_title(title, loc="left", fontsize=9.5, color=DARK)
    panels[0].set_ylabel("nines carried, predicted")
    panels[0].legend(frameon=False, fontsize=8, loc="upper left", title="slow point", title_fontsize=8, handletextpad=0.2)
    save(figure, "breaks")


def draw_prediction(axes: Any, nets: list[dict[str, Any]], name: str) -> None:
    """One panel of `breaks`."""
    ends = [3, 30_000]
    axes.fill_between(ends, [x / FACTOR for x in ends], [x * FACTOR for x in ends], color=BLUE, alpha=0.12, linewidth=0)
    for mechanism, colour in MECHANISMS.items():
        rows = [net for net in nets if net["mechanism"] == mechanism]
        predicted = [LONGEST if net[name] is None else min(max(net[name], 1), LONGEST) for net in rows]
        axes.scatter([net["measured"] for net in rows], predicted, s=9, color=colour, alpha=0.6, linewidth=0, label=mechanism)
    axes.set(xscale="log", yscale="log", xlim=(3, 2_500), ylim=(0.8, 30_000), xlabel="nines carried, measured")
    axes.set_xticks([4, 10, 100, 1000], ["4", "10", "100", "1000"])
    axes.set_yticks([1, 10, 100, 1000, LONGEST], ["1", "10", "100", "1000", "never"])
    axes.minorticks_off()


def birth() -> None:
    """One training near the birth of the carry: the fixed points under nines, and the break, for each update."""
    film = read("interventions")["parts"]["film"]
    figure, (above, below) = plt.subplots(2, 1, figsize=(8.4, 4.8), sharex=True)
    draw_fixed_points(above, film["frames"])
    above.set_title(f"one training (seed {film['seed']}), update by update", loc="left", fontsize=10.5, color=DARK)
    updates = [frame["update"] for frame in film["frames"]]
    for name, style in (("measured", {"color": BLUE, "marker": "o", "markersize": 4, "linewidth": 1.2}),
                        ("predicted", {"color": ORANGE, "marker": "x", "markersize": 6, "linewidth": 0})):  # fmt: skip
        nines = [LIMIT if frame[name] is None else min(frame[name], LIMIT) for frame in film["frames"]]
        below.plot(updates, nines, label=name, **style)
    below.set(yscale="log", xlabel="updates", ylabel="nines carried")
    below.set_yticks([1, 10, 100, LIMIT], ["1", "10", "100", "never"])
    below.minorticks_off()
    below.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    save(figure, "birth")


def draw_fixed_points(axes: Any, frames: list[dict[str, Any]]) -> None:
    """The upper half of `birth`: stable points are filled, unstable ones are not."""
    points = [(frame["update"], point) for frame in frames for point in frame["rests"]]
    for stable, stability in ((True, "stable"), (False, "unstable")):
        for right, colour, answer in ((True, BLUE, "right answer"), (False, ORANGE, "wrong answer")):
            places = [(update, point["at"]) for update, point in points if (point["stable"], point["right"]) == (stable, right)]
            if places:
                axes.scatter(*zip(*places, strict=True), s=20, edgecolors=colour, facecolors=colour if stable else "none",
                             linewidth=1.1, label=f"{stability}, {answer}")  # fmt: skip
    axes.set_ylabel("fixed points under nines,\non the slow axis")
    axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def scaling() -> None:
    """The break against the distance of the recurrent weights from the birth of the fixed point."""
    part = read("interventions")["parts"]["scale"]
    figure, axes = plt.subplots(figsize=(5.4, 3.4))
    for row in part["rows"]:
        if row["saddle_node"]:
            points = [(distance, measured) for distance, measured, _ in row["breaks"] if measured is not None]
            axes.plot(*zip(*points, strict=True), color=BLUE, linewidth=1, alpha=0.55)
    ends = [1e-5, 1e-2]
    axes.plot(ends, [20 / x**0.5 for x in ends], color=DARK, linewidth=1.4, linestyle=(0, (4, 3)), label="slope −1/2")
    axes.set(xscale="log", yscale="log", xlabel="relative distance of the recurrent weights from the birth", ylabel="nines carried")
    axes.legend(frameon=False, fontsize=9)
    title = f"{part['saddle_nodes']} nets, scaled to where a pair of fixed points is born"
    axes.set_title(title, loc="left", fontsize=10.5, color=DARK)
    save(figure, "scaling")


def epochs() -> None:
    """The verdicts on nets that trained on after 100 %."""
    parts = read("plain-nets")["parts"]
    first = parts["12 units"]["nets"][:EPOCHS_NETS]
    nets = {0: first} | {more: parts[f"12 units, {more} epochs on"]["nets"] for more in (5, 20, 60)}
    figure, axes = plt.subplots(figsize=(5.4, 3.2))
    for shift, (verdict, colour, marker) in zip((-0.06, 0.06), (("PROVED", BLUE, "o"), ("REFUTED", ORANGE, "s")), strict=True):
        shares = [share(sum(net["verdict"] == verdict for net in group), len(group)) for group in nets.values()]
        places = [place + shift for place in range(len(nets))]
        middle = [100 * one.right / one.tried for one in shares]
        ends = [[m - 100 * one.low for m, one in zip(middle, shares, strict=True)],
                [100 * one.high - m for m, one in zip(middle, shares, strict=True)]]  # fmt: skip
        axes.errorbar(places, middle, yerr=ends, color=colour, marker=marker, linewidth=1.4, capsize=3, label=verdict)
    axes.set_xticks(range(len(nets)), [str(more) for more in nets])
    axes.set(xlabel="epochs after the first with 100 % on training and validation", ylabel="% of nets", ylim=(0, 100))
    axes.legend(frameon=False, fontsize=9)
    axes.set_title(f"{EPOCHS_NETS} nets by the post's recipe, 12 units", loc="left", fontsize=10.5, color=DARK)
    save(figure, "epochs")


def main() -> None:
    """Draws all figures."""
    for draw in (carry, breaks, birth, scaling, epochs):
        draw()
        plt.close("all")


if __name__ == "__main__":
    main()
