"""The headline results of the README: one row for each question."""

from docs.figures.tables.benchmark import perfect_scores
from docs.figures.tables.plain import proved_by_some_rounding
from docs.figures.tables.results import parts, read, table


def of_the_post() -> tuple[int, int, int]:
    """The nets of 12 units by the post's recipe: how many were tried, are REFUTED, and are PROVED."""
    own = [part for name, part in parts("plain-nets").items() if name.startswith("12 units")]
    plain = [part for part in own if "fraction_bits" not in part and "further_epochs" not in part]
    verdicts = [net["verdict"] for part in plain for net in part["nets"]]
    return len(verdicts), verdicts.count("REFUTED"), verdicts.count("PROVED")


def headline() -> str:
    """The headline results, each with the page that has the details."""
    hundred, breaks = parts("proofs")["robust-hundred"]["proved"], read("breaks")["summary"]
    tried, refuted, post_proved = of_the_post()
    _, cured, wrong = proved_by_some_rounding()
    perfect, wrong_all_the_same = perfect_scores()
    predicted = breaks["prediction"]["within_factor"]
    rows = [
        (
            "Are the post's nets right at every length?",
            f"[Of {tried} with 12 units {refuted} are refuted, {post_proved} proved](docs/results/plain-nets.md)",
        ),
        (
            "A cure without training?",
            f"[Rounded states: {cured} of {wrong} refuted nets are proved (best of three spacings)](docs/results/plain-nets.md)",
        ),
        (
            "Are the numbers 0…100 enough data?",
            f"[Yes: {hundred['right']} of {hundred['tried']} nets trained on them are proved](docs/results/index.md)",
        ),
        (
            "Are perfect test scores enough?",
            f"[No: {wrong_all_the_same} of {perfect} right on samples of two published tests refuted](docs/results/benchmark.md)",
        ),
        (
            "Can the failure be predicted?",
            f"[Within a factor of 1.5 for {predicted['right']} of {predicted['tried']} nets](docs/understand/why-nets-forget.md)",
        ),
    ]
    return table(("question", "answer"), rows)
