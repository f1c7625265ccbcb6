"""The tables of why nets forget: predicted breaks, interventions, failure modes."""

from typing import Any

from docs.figures.tables.results import interval, parts, read, source, table

BASELINES = {
    "linear": "linear: all modes at the slow point",
    "decay": "log 0.1 / log of the spectral radius at the attractor",
    "radius": "that radius itself (ranks only)",
}
SELECTIONS = {"trained": "after whole epochs", "born": "near the birth of the carry"}
PASSAGES = {"predicted": "reduced map", "passage": "passage time π/√(speed · curvature)", "simple": "π/√speed"}


def breaks() -> str:
    """Predicted and measured breaks, for our prediction and simpler ones."""
    summary = read("breaks")["summary"]
    ghosts = summary["ghosts"]
    scores = [
        ("**reduced map**", summary["prediction"]),
        *((f"the same, nets {words}", summary["picked"][how]) for how, words in SELECTIONS.items()),
        *((words, summary["baselines"][name]) for name, words in BASELINES.items()),
        *((f"{words}; only the {ghosts[name]['nets']} ghosts", ghosts[name]) for name, words in PASSAGES.items()),
    ]
    head = ("prediction", "rank correlation (95 %)", "median error", "within a factor 1.5", "within 10 % or one nine")
    return f"{table(head, ((words, *break_scores(part)) for words, part in scores))}\n\n{break_words(summary)}"


def break_scores(part: dict[str, Any]) -> tuple[str, str, str, str]:
    """The scores of one prediction."""
    rank = f"{part['spearman']['value']:.2f} ({part['spearman']['low']:.2f}–{part['spearman']['high']:.2f})"
    if "error" not in part:
        return rank, "–", "–", "–"
    error = f"{100 * part['error']['median_share']['value']:.0f} %"
    return rank, error, interval(part["within_factor"]), interval(part["within_tenth"])


def break_words(summary: dict[str, Any]) -> str:
    """What the table of breaks counts and what it leaves out, in sentences."""
    agreement, long, measured = summary["agreement"], summary["long"], summary["measured"]
    mechanisms = ", ".join(f"{name} {part['within_factor']} of {part['nets']}" for name, part in summary["mechanisms"].items())
    gated = "; ".join(
        f"{name} {interval(part['within_factor'])}" if "within_factor" in part else f"{name} {part['nets']} nets, too few"
        for name, part in summary["cells"].items()
    )
    return (
        f"The table scores {summary['scored']} rnn nets that carry over 4 to 2,000 nines (median {measured['median']:.0f}; a "
        f"quarter of them carry over {measured['upper']:.0f} or more). Within the factor 1.5, by kind of slow point: {mechanisms}; "
        f"of the {long['nets']} nets that carry over {long['from']} nines or more: {interval(long['within_factor'])}. The "
        f"prediction whether a net breaks within 10,000 nines at all is right for {interval(agreement['trained'])} nets after "
        f"whole epochs, and for {interval(agreement['born'])} nets near the birth of the carry, many of which lie at an edge. "
        f"{summary['too_short']} more nets break within the first 3 nines, which the predictor runs instead of predicting. Gated "
        f"cells, within the factor 1.5: {gated}. {source('breaks', 'breaks')}"
    )


def pushes() -> str:
    """What the theory expects of pushes of the state, and what was measured."""
    return interventions(push_rows(parts("interventions")["push"]))


def changed_weights() -> str:
    """What the theory expects of changed weights, and what was measured."""
    measured = parts("interventions")
    return interventions([*scale_rows(measured["scale"]), birth_row(measured["births"])])


def interventions(rows: list[tuple[str, str, str]]) -> str:
    """What was changed, what the theory expects, and what was measured."""
    return f"{table(('change', 'expected', 'measured'), rows)}\n\n{source('interventions', 'interventions')}"


def push_rows(push: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Pushes of the state."""
    unmoved = interval(push["unmoved_would_be_within_tenth"])
    return [
        (
            f"the state after 3 nines, pushed along the slow direction ({push['nets']} nets, {len(push['deltas'])} pushes each)",
            "the break predicted from the pushed state",
            f"rank correlation {push['spearman']['value']:.3f}; {interval(push['within_tenth'])} within 10 % or one nine (if the "
            "push "
            f"had no effect: {unmoved})",
        ),
        (
            "the same push along a random direction that is not slow",
            "the old break",
            f"{interval(push['control_within_tenth'])} within 10 % or one nine",
        ),
    ]


def scale_rows(scale: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Scaled recurrent weights."""
    power, slope = scale["exponent"], scale["logarithm"]
    return [
        (
            f"the recurrent weights of {scale['born']} nets that pass a ghost, scaled until a stable fixed point with the right "
            "answer "
            f"is born: in {scale['saddle_nodes']} of them in a saddle-node bifurcation",
            "break ~ distance to the power −0.5",
            f"power {power['median']:.2f} (median; {power['min']:.2f} to {power['max']:.2f})".replace("-", "−"),
        ),
        (
            f"the same in {scale['sinks']} of the others, in which the answer at a sink becomes right",
            "break ~ −log distance / −log of the sink's factor",
            f"{slope['median']:.2f} times that (median; {slope['min']:.2f} to {slope['max']:.2f})",
        ),
    ]


def birth_row(births: dict[str, Any]) -> tuple[str, str, str]:
    """The weights of a training, update by update."""
    return (
        f"the weights by training, update by update ({births['seeds']} seeds)",
        "a stable fixed point is born when the break ends",
        f"at the same update in {births['same_update']}, within one update in {births['within_one']}; "
        f"{interval(births['updates_agree'])} updates agree",
    )


def failure_modes() -> str:
    """How often the failure mode is named from the dynamics."""
    return failure_modes_of(read("ways")["summary"])


def failure_modes_of(summary: dict[str, Any]) -> str:
    """The table of a summary."""
    refuted = summary["refuted"]
    counts = " · ".join(f"{mode} {count}" for mode, count in sorted(summary["ways"].items(), key=lambda pair: -pair[1]))
    rows = {
        "nets of the post's recipe, after at most 4 epochs": f"{summary['nets']:,}",
        "refuted nets among them": f"{refuted:,}",
        "failure modes of their counterexamples": counts,
        "the explanation names that failure mode": interval(summary["named"]),
        "the explanation names it first": interval(summary["first"]),
        "the explanation gives a number that shows a finding": f"{summary['confirmed']} of {refuted}",
        "exceptions, listed in the file": str(len(summary["exceptions"])),
    }
    head = ("refuted nets, explained without their counterexamples", "")
    return f"{table(head, rows.items())}\n\n{source('ways', 'failure_modes')}"


def forgetful() -> str:
    """Nets that are trained with a proof that they forget their start."""
    found = {(row["task"], row["cell"], row["recipe"]): row for row in read("forgetting")["rows"]}
    recipes = ("plain", "together", "hardened")
    rows = []
    for task, cell in dict.fromkeys((task, cell) for task, cell, _ in found):
        nets = [found[task, cell, recipe] for recipe in recipes]
        proved = " / ".join(str(net["proved"]) for net in nets)
        error = " / ".join(f"{net['error']:.4f}" for net in nets)
        of = found[task, cell, "together"]
        rows.append((task, cell, proved, error, f"{of['rate']:.3f}", f"{of['steps']:.0f}", f"{of['measured_steps']:.0f}"))
    kinds = " / ".join(recipes)
    head = ("task", "cell", f"proved of 20: {kinds}", f"error: {kinds}", "rate", "steps, proved", "steps, measured")
    return table(head, rows)
