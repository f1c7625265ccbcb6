"""The conventions under which the field trains and scores nets, as named and versioned data.

A changed convention gets a new name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from anylength.base import InputError, unknown_name
from anylength.records import ConventionView
from anylength.rules import BALANCED, BALANCED_ALL, ENDS, SAMPLED, SAMPLED_ALL, Task

TRAIN_TO = 40
"""Length of the longest training words, in symbols. All conventions here agree on it."""

POST = "post"
"""The kind of data sets that every task here has."""

STRIDE = 19
"""Every 19th length is tested. 19 is a prime, so lengths of every remainder modulo a small number occur, and odd and even ones
alternate: what a net gains from the length alone, it gains as from the published lengths."""

SHORT_LENGTHS = (1, 2, 3, 5, 8, 13, 20, 30, 40)
"""Training lengths at which a curve has points. They do not count in a score whose test lengths begin beyond them."""

Words = Literal["sampled", "half accepted"]
"""Words as the task's own sampler draws them; or words of an acceptor, half of them accepted."""


@dataclass(frozen=True)
class Convention:
    """How nets are trained and scored.

    Attributes:
        name: Its name with its version.
        training: The words of training, in a sentence.
        test: The words of the test, in a sentence.
        grading: Where answers are graded and how the score counts, in a sentence.
        source: Where it comes from, and where it differs from there.
        words: The words of the test.
        first_length: The shortest test length, in symbols.
        graded: Which outputs of a finite-state task are graded: the "last" or "all". Of other tasks it is those of the answer.
        counted: What the score counts: right outputs ("tokens"), or words whose graded outputs are all right ("words").
        data: task → the name of the data set that nets train on; None where the convention has none for the task.
        applies: task → whether the convention scores it.
    """

    name: str
    training: str
    test: str
    grading: str
    source: str
    words: Words
    first_length: int
    graded: Literal["last", "all"]
    counted: Literal["tokens", "words"]
    data: Callable[[Task], str | None]
    applies: Callable[[Task], bool]

    def test_lengths(self, limit: int) -> tuple[int, ...]:
        """The test lengths up to a limit, in symbols."""
        return tuple(range(self.first_length, limit + 1, STRIDE))

    def curve_lengths(self, limit: int) -> tuple[int, ...]:
        """The lengths of the curve: the test lengths and shorter ones."""
        return tuple(sorted({*self.test_lengths(limit), *SHORT_LENGTHS}))

    def words_of(self, task: Task) -> Words:
        """The words of the test of a task."""
        return "half accepted" if self.words == "half accepted" and is_acceptor(task) else "sampled"

    def view(self) -> ConventionView:
        """The convention as a record."""
        return ConventionView(name=self.name, training=self.training, test=self.test, score=self.grading, source=self.source)


def is_acceptor(task: Task) -> bool:
    """Whether the task accepts or rejects words of named symbols."""
    return BALANCED in task.further_data


def _at_the_end(task: Task) -> str | None:
    """Words of 1 to 40 symbols as the task samples them, graded at the answer."""
    if task.transducer is None:
        return f"{POST}-{TRAIN_TO}"
    if SAMPLED in task.further_data:
        return f"{SAMPLED}-{TRAIN_TO}"
    return f"{ENDS}-{TRAIN_TO}" if task.ends_up_to is not None else None


def _half_accepted(task: Task) -> str | None:
    return f"{BALANCED}-{TRAIN_TO}" if is_acceptor(task) else None


def _everywhere(task: Task) -> str | None:
    """Words of 40 symbols, graded at every symbol; of a task beyond finite state words of 1 to 40, graded at the answer."""
    kinds = [kind for kind in (BALANCED_ALL, SAMPLED_ALL) if kind in task.further_data]
    return f"{[*kinds, POST][0]}-{TRAIN_TO}"


def _is_word_problem(task: Task) -> bool:
    """Whether every answer counts and every symbol permutes the machine's states, as in the word problem of a group."""
    if task.graded != "all" or task.transducer is None:
        return False
    return all(len(set(states)) == task.machine.states for states in zip(*task.machine.delta, strict=True))


CONVENTIONS: Mapping[str, Convention] = {
    convention.name: convention
    for convention in (
        Convention(
            name="anylength-v1",
            training="words of 40 symbols, every output graded; of an acceptor, half of the words accepted",
            test="words of every 19th length from 41 on; of an acceptor, half of them accepted",
            grading="every output is graded, since every beginning of a word is a word; a word counts if all of them are right",
            source="this project; the worst words, the horizon and the verdict belong to it",
            words="half accepted",
            first_length=TRAIN_TO + 1,
            graded="all",
            counted="words",
            data=_everywhere,
            applies=lambda task: True,
        ),
        Convention(
            name="chomsky-v1",
            training="words of 1 to 40 symbols, lengths drawn uniformly, as the task samples them; graded at the answer",
            test="words of every 19th length from 41 on, as the task samples them",
            grading="the last output, or the outputs of the answer; the share of right ones, averaged over the lengths",
            source="Delétang et al. 2022, arXiv 2207.02098, and its code; there every length, and 512 words of each",
            words="sampled",
            first_length=TRAIN_TO + 1,
            graded="last",
            counted="tokens",
            data=_at_the_end,
            applies=lambda task: True,
        ),
        Convention(
            name="flare-v1",
            training="words of 1 to 40 symbols, half of them accepted; the others are random, or accepted ones with random edits",
            test="words of every 19th length from 1 on, half of them accepted; training lengths are among them",
            grading="accept or reject of the whole word; the share of words answered right",
            source="Butoi et al. 2024, arXiv 2411.07107, and its code; there lengths are drawn from 0 to 500, 5,010 words in all",
            words="half accepted",
            first_length=1,
            graded="last",
            counted="words",
            data=_half_accepted,
            applies=is_acceptor,
        ),
        Convention(
            name="word-problem-v1",
            training="words of 40 symbols drawn uniformly, every output graded",
            test="words of every 19th length from 41 on, drawn uniformly",
            grading="the product after each symbol; a word counts if all products are right (sequence accuracy)",
            source="Merrill et al. 2024, arXiv 2404.08819, and its code, which tests at the training length; longer tests as in "
            "Grazzi et al. 2024, arXiv 2411.12537",
            words="sampled",
            first_length=TRAIN_TO + 1,
            graded="all",
            counted="words",
            data=lambda task: _everywhere(task) if _is_word_problem(task) else None,
            applies=_is_word_problem,
        ),
    )
}  # fmt: skip
"""The conventions by name. The first one trains where nobody asks for another."""

DEFAULT = next(iter(CONVENTIONS))
"""The convention that trains where nobody asks for another."""


def convention_named(name: str) -> Convention:
    """The convention of this name.

    Raises:
        InputError: There is none. The message suggests the nearest name.
    """
    if name not in CONVENTIONS:
        raise unknown_name("convention", name, CONVENTIONS)
    return CONVENTIONS[name]


def training_data(convention: Convention, task: Task) -> str:
    """The name of the data set that nets train on.

    Raises:
        InputError: The convention has no words for the task.
    """
    data = convention.data(task)
    if data is None:
        remedy = f"pass --convention {DEFAULT}, or leave the task out with --tasks"
        raise InputError(f"a task that {convention.name} trains", task.name, remedy)
    return data


def scoring_conventions(task: Task) -> list[Convention]:
    """The conventions that score a task."""
    return [convention for convention in CONVENTIONS.values() if convention.applies(task)]
