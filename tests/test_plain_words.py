"""Names that the project no longer uses stay out of the sources."""

import io
import re
import subprocess
import tokenize
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
)

METAPHORS = (
    "allowances?", "camera", "campaign", "cascade", "desks?", "drills?", "examinees?", "exams?", "glimpses?", "itself_",
    "milestones?", "resting (?:points?|states?|places?)", "ripples?", "slow places?", "stumbles?", "settles?", "settled",
    "vocabulary", "made anew",
)  # fmt: skip
"""Private words, as regular expressions: in no file of `src`, neither in code nor in prose."""

STORED = ('"ripple"',)
"""Values in files of the first format. They stay, so that old runs can be read."""

NAMES = (
    "Allowance", "Asked", "Border", "Campaign", "Clock", "Desk", "Desks", "Drill", "Exam", "Examinee", "Front", "Glimpse",
    "Glimpses", "Guard", "Heard", "Hold", "HoldResult", "Hunt", "LANES", "Milestone", "Moment", "Office", "ProcessDesk",
    "RestingPoint", "Ripple", "Runs", "Scene", "Script", "Seen", "Settled", "SlowPlace", "Spread", "Thinned", "Tell",
    "Trap", "UNGRADED", "Vocabulary", "Wanted", "Watch", "a_setting", "against", "asked", "bare", "border", "borders",
    "campaign", "climb", "desk", "desks", "drill", "exam", "fronts", "front", "glimpse", "go_on", "hear", "hold", "hunt",
    "lanes", "lasting", "lead", "leads", "leads_of", "memo", "office", "opening", "over_arrays", "over_bounds",
    "over_duals", "over_numpy", "over_slopes", "recipe_itself", "ripple", "ripples", "settle", "settled", "shown_net",
    "shown_run", "shown_task", "slow_places", "stumbles", "stumble", "task_itself", "tell", "told", "trap", "ways", "way",
    "widest",
)  # fmt: skip
"""Retired identifiers: nowhere in the Python code of `src`."""


def files(*endings: str) -> list[str]:
    """The sources with these endings."""
    return [path for path in SOURCES if path.endswith(endings) and (ROOT / path).exists()]


def prose(path: str) -> list[str]:
    """The lines of a file without the stored values."""
    text = (ROOT / path).read_text()
    for value in STORED:
        text = text.replace(value, "")
    return text.splitlines()


def names_in(path: str) -> set[str]:
    """The identifiers of a Python file."""
    tokens = tokenize.generate_tokens(io.StringIO((ROOT / path).read_text()).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME}


def test_no_private_word_is_left_in_the_sources():
    pattern = re.compile(rf"\b(?:{'|'.join(METAPHORS)})\b", re.IGNORECASE)
    texts = files(".py", ".js", ".html", ".jinja")
    assert [f"{path}: {line.strip()}" for path in texts for line in prose(path) if pattern.search(line)] == []


def test_no_retired_name_is_left_in_the_sources():
    assert [(path, found) for path in files(".py") if (found := names_in(path) & set(NAMES))] == []
