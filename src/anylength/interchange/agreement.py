"""Compares an imported net with its original: both answer the task's stress inputs. All imports go through `compare`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError, Symbols
from anylength.interchange.heads import HEADS, LOGITS, ONE_LOGIT, SHARES, Head
from anylength.interchange.original import Original, Response
from anylength.interchange.rounding_differences import FACTOR, Measured, beyond_rounding, logits_of, measure
from anylength.lengths import truncate
from anylength.nets import Net
from anylength.rules import Task

MAX_DIGITS = 60
"""Digits of the longest number in the comparison. Longer numbers cost linear time and repeat the same transitions."""

WORDS = 10_000
"""Words in a comparison, at least."""

MAX_DIFFERENT_SHARE = 0.01
"""The largest share of words with different answers that is accepted, each of them explained by rounding.

Two runtimes round differently, so they may differ where two logits are nearly equal. A wrong order of gates or digits changes far
more answers.
"""

RANDOM_STREAM = 8
"""Second entry of the random seed: it makes these draws independent of other draws with the same seed."""


MEASURED_WORDS = 200
"""Words on which the net's own rounding is measured, about."""

MAX_EXPLAINED_WORDS = 500
"""Words with different answers that are looked at one by one."""

OTHER_SIZE = 37
"""Words in a batch of another size: a prime, so that no whole batch has it."""

ALONE, ALONE_STEPS = 8, 16
"""Words that the original is asked one by one, and their longest beginning: each step is a call of its own."""

LONGEST, LONG_WORDS = 2000, 4
"""Symbols of the longest words of a comparison, and how many of each kind there are."""


@dataclass(frozen=True)
class Agreement:
    """The result of a comparison.

    Attributes:
        compared: The number of words that both nets answered.
        different: The number of those words on which at least one output differs.
        head: What the original returns for its logits.
        words: The words `[T, B]`.
        response: The original's response to them.
        doubt: Why neither speaks for the other, where rounding decides too many answers; else None.
    """

    compared: int
    different: int
    head: Head
    words: Symbols
    response: Response
    doubt: InputError | None = None

    def required(self) -> "Agreement":
        """The same.

        Raises:
            InputError: Rounding decides too many answers.
        """
        if self.doubt is not None:
            raise self.doubt
        return self


def stress_words(task: Task, limit: int = MAX_DIGITS, seed: int = 0) -> Symbols:
    """All stress inputs of a task with numbers of at most `limit` digits, as one batch `[T, B]` padded with zeros."""
    families = task.stress(np.random.default_rng([seed, RANDOM_STREAM]), task.base, limit)
    steps = max(len(family.symbols) for family in families)
    return np.concatenate([np.pad(family.symbols, ((0, steps - len(family.symbols)), (0, 0))) for family in families], axis=1)


def hard_words(task: Task, count: int = WORDS) -> Symbols:
    """At least `count` words `[T, B]`: the stress inputs of a task, and random words where these are fewer."""
    stress = stress_words(task)
    rng = np.random.default_rng([0, RANDOM_STREAM])
    more = rng.integers(0, task.symbols, (len(stress), max(0, count - stress.shape[1]))).astype(stress.dtype)
    return np.concatenate([stress, more], axis=1)


def compare(
    net: Net, task: Task, original: Original, words: Symbols | None = None, *, remedy: str, head: Head | None = None
) -> Agreement:
    """Asks a net and its original the same words, the original more than once.

    The original is asked all words side by side, then some of them in another order, in batches of another size, and one by one.
    Each time it must answer as the net does. What it returns is compared as numbers, relative to the terms of the net's logits.

    Args:
        net: The net, of a state of fixed size.
        task: Its task.
        original: The net as its own library runs it.
        words: Words `[T, B]`; None: 10,000 hard ones.
        remedy: What to do where they disagree.
        head: What the original returns for its logits; None: found by trying those of one number for each class.

    Raises:
        InputError: They differ by more than rounding explains, or the original answers differently when it is asked again.
    """
    words = hard_words(task) if words is None else words
    response = original.respond(words)
    words = words[:, : response.words]
    check = _Check(net, task, words, logits_of(net, words), _Tolerance.of(net, words), str(original.runtime), remedy)
    head = head or _fitting_head(check, response)
    if head is ONE_LOGIT and response.scores is not None and ((response.scores >= 0) & (response.scores <= 1)).all():
        raise InputError("one logit, or a sigmoid of it", "one number from 0 to 1 that no sigmoid makes", "return the logit")
    different = check.require(head, response)
    for how, columns, again in _asked_again(original, words):
        check.require_again(head, columns, again, how)
    for more in _words_of_other_lengths(task):
        _require_also(replace(check, words=more, logits=logits_of(net, more), tolerance=_Tolerance.of(net, more)), head, original)
    return Agreement(words.shape[1], int(different.any(axis=0).sum()), head, words, response, check.doubt(different))


def _words_of_other_lengths(task: Task) -> list[Symbols]:
    """Every word of one symbol, and words `[LONGEST, B]`: random ones, and repeated symbols, under which a slow drift shows."""
    rng = np.random.default_rng([1, RANDOM_STREAM])
    every = np.arange(task.symbols, dtype=np.uint64)
    repeated = every[np.unique(np.linspace(0, task.symbols - 1, LONG_WORDS).astype(int))]
    random = rng.integers(0, task.symbols, (LONGEST, LONG_WORDS), np.uint64)
    return [every[None], np.concatenate([np.broadcast_to(repeated, (LONGEST, len(repeated))), random], axis=1)]


def _require_also(check: "_Check", head: Head, original: Original) -> None:
    """Asks an original other words: side by side, in another order, and some of them alone.

    Raises:
        InputError: It answers differently from the net.
    """
    count = check.words.shape[1]
    singles = np.unique(np.linspace(0, count - 1, LONG_WORDS).astype(int))
    response = original.respond(check.words)
    check.part(np.arange(response.words), response).require(head, response)
    for columns in (np.arange(count)[::-1], *(singles[[at]] for at in range(len(singles)))):
        how = f"on words of {len(check.words):,} {'symbol' if len(check.words) == 1 else 'symbols'}"
        how += ", alone" if len(columns) == 1 else ""
        response = _answered(original, check.words[:, columns], how)
        check.require_again(head, columns[: response.words], response, how)


AGAIN_REMEDY = "it must be a function of its state and symbol alone: no memory between calls or words, no random numbers"


@dataclass(frozen=True)
class _Tolerance:
    """How far rounding may carry what an original returns from what the net does, up to each step, by some of the words."""

    measured: Measured

    @staticmethod
    def of(net: Net, words: Symbols) -> "_Tolerance":
        return _Tolerance(measure(net, words[:, :: max(1, words.shape[1] // MEASURED_WORDS)]))

    def at(self, head: Head, steps: list[int]) -> NDArray[np.floating]:
        rounding = self.measured.rounding(head)[steps]
        largest = np.where(np.isfinite(rounding), rounding, 0).max(axis=1)
        return FACTOR * np.where(np.isfinite(rounding).any(axis=1), largest, np.inf)


@dataclass(frozen=True)
class _Check:
    """What responses to words are compared with.

    Attributes:
        net: The net.
        task: Its task.
        words: The words `[T, B]`.
        logits: The net's logits on them `[T, B, C]`.
        tolerance: What rounding explains.
        runtime: What runs the original, for messages.
        remedy: What to do where they differ.
    """

    net: Net
    task: Task
    words: Symbols
    logits: NDArray[np.float32]
    tolerance: _Tolerance
    runtime: str
    remedy: str

    def part(self, columns: NDArray[np.intp], response: Response) -> "_Check":
        """The check of a response to some of the words, or to their beginnings."""
        end = response.steps[-1] + 1
        return replace(self, words=self.words[:end, columns], logits=self.logits[:end, columns])

    def require(self, head: Head, response: Response) -> NDArray[np.bool_]:
        """Checks a response. Returns where the two answer differently, `[T, B]`.

        Raises:
            InputError: As `compare`.
        """
        steps = list(response.steps)
        scores, theirs = self._scores(head, response), classes_of(head, response)
        if response.scores is not None:
            self._require_numbers(scores, response)
        differs = np.zeros(self.words.shape, np.bool_)
        differs[steps] = head.classes(scores) != theirs
        self._require_explained(head, differs, steps, theirs)
        if response.scores is not None:
            self._require_near(head, scores, response)
        return differs

    def require_again(self, head: Head, columns: NDArray[np.intp], response: Response, how: str) -> None:
        """Checks a later response to some of the words.

        Raises:
            InputError: It is another one. The message says how the original was asked.
        """
        try:
            self.part(columns, response).require(head, response)
        except InputError as error:
            got = f"other answers {how}: {error.got}"
            raise InputError("the same answers when a net is asked again", got, AGAIN_REMEDY) from error

    def doubt(self, differs: NDArray[np.bool_]) -> InputError | None:
        """Why neither net speaks for the other, where rounding decides many answers; None where it decides few."""
        columns = np.flatnonzero(differs.any(axis=0))
        if len(columns) <= MAX_DIFFERENT_SHARE * differs.shape[1]:
            return None
        first = describe(self.task, self.words[:, columns[0]], differs[:, columns[0]])
        got = f"other answers on {len(columns):,} of them, which rounding decides, first on {first}"
        return InputError(
            self._expected, got, "train a net whose answers do not hang on last digits, or return its logits as they are"
        )

    def _scores(self, head: Head, response: Response) -> NDArray[np.floating]:
        """What the head returns for the net's logits at the steps of a response.

        Raises:
            InputError: The original returns another number of them.
        """
        with np.errstate(invalid="ignore", over="ignore"):
            scores = head.of_logits(self.logits[list(response.steps)])
        if response.scores is not None and response.scores.shape != scores.shape:
            raise InputError(f"logits of {scores.shape[2]} classes", f"{response.scores.shape[2]}", self.remedy)
        return scores

    def _require_numbers(self, scores: NDArray[np.floating], response: Response) -> None:
        assert response.scores is not None
        lost = np.isfinite(scores).all(axis=2) & ~np.isfinite(response.scores).all(axis=2)
        if lost.any():
            step, column = (int(at) for at in np.argwhere(lost)[0])
            there = np.arange(len(self.words)) == response.steps[step]
            first = describe(self.task, self.words[:, column], there)
            raise self._error(
                f"infinities or NaN after {response.steps[step] + 1:,} symbols, where a number overflows, first on {first}"
            )

    def _require_explained(self, head: Head, differs: NDArray[np.bool_], steps: list[int], theirs: Symbols) -> None:
        columns = np.flatnonzero(differs.any(axis=0))
        if not len(columns):
            return
        looked_at = columns[:MAX_EXPLAINED_WORDS]
        answers = np.full((len(differs), len(looked_at)), -1, np.int64)
        answers[steps] = theirs[:, looked_at]
        beyond = beyond_rounding(self.net, self.words[:, looked_at], np.where(differs[:, looked_at], answers, -1), head)
        if beyond.any():
            column = int(np.flatnonzero(beyond.any(axis=0))[0])
            first = describe(self.task, self.words[:, looked_at[column]], beyond[:, column])
            raise self._error(f"other answers on {len(columns):,} of them, by more than rounding explains, first on {first}")

    def _require_near(self, head: Head, scores: NDArray[np.floating], response: Response) -> None:
        assert response.scores is not None
        apart, steps = _apart(scores, response.scores), list(response.steps)
        columns = np.flatnonzero((apart > self.tolerance.at(head, steps)[:, None]).any(axis=0))[:MAX_EXPLAINED_WORDS]
        if not len(columns):
            return
        rounding = measure(self.net, self.words[:, columns]).rounding(head)[steps]
        far = apart[:, columns] > np.maximum(FACTOR * rounding, self.tolerance.at(head, steps)[:, None])
        if far.any():
            step, column = (int(at) for at in np.argwhere(far)[0])
            there = np.arange(len(self.words)) == steps[step]
            first = describe(self.task, self.words[:, columns[column]], there)
            by = f"{apart[step, columns[column]]:.2g}, more than rounding explains"
            raise self._error(f"numbers ({head.name}) that differ by {by}, first on {first}")

    @property
    def _expected(self) -> str:
        return f"the answers of {self.runtime} on {self.words.shape[1]:,} hard inputs"

    def _error(self, got: str) -> InputError:
        return InputError(self._expected, got, self.remedy)


def classes_of(head: Head, response: Response) -> Symbols:
    """The output classes `[steps, B]` of a response."""
    return head.classes(response.scores) if response.scores is not None else np.asarray(response.classes)


def _apart(ours: NDArray[np.floating], theirs: NDArray[np.floating]) -> NDArray[np.floating]:
    """The largest difference `[steps, B]`: infinite where theirs alone are no numbers, 0 where ours are none (never proved)."""
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.abs(ours - theirs).max(axis=2)
    apart = np.where(np.isfinite(theirs).all(axis=2), apart, np.inf)
    return np.where(np.isfinite(ours).all(axis=2), apart, 0.0)


def _fitting_head(check: _Check, response: Response) -> Head:
    """The head whose numbers are nearest to the original's at the first step, relative to what rounding explains.

    An original that returns classes may have had shares before: float32 may tie them.
    """
    if response.scores is None:
        return replace(SHARES, name="classes")
    if response.scores.shape[2] != check.logits.shape[2]:
        return LOGITS
    first = Response(response.steps[:1], response.scores[:1])

    def misfit(head: Head) -> float:
        apart = _apart(check._scores(head, first), np.asarray(first.scores))
        return float(np.median(apart / check.tolerance.at(head, list(first.steps))[:, None]))

    return min(HEADS, key=misfit)


def _asked_again(original: Original, words: Symbols) -> Iterator[tuple[str, NDArray[np.intp], Response]]:
    """Later responses of an original to some of the words: how it was asked, the columns of the words, and the response.

    Raises:
        InputError: It fails.
    """
    count = words.shape[1]
    for how, size in (("in another order", min(original.width, count)), ("in a batch of another size", min(OTHER_SIZE, count))):
        columns = np.arange(size)[::-1]
        yield how, columns, _answered(original, words[:, columns], how)
    for column in dict.fromkeys([*range(ALONE // 2), *np.linspace(0, count - 1, ALONE // 2).astype(int).tolist()]):
        if column < count:
            word = words[:ALONE_STEPS, column]
            try:
                yield "word by word", np.array([column]), original.respond_alone(word)
            except InputError as error:
                raise _failed_again(error, "alone") from error


def _answered(original: Original, words: Symbols, how: str) -> Response:
    try:
        return original.respond(words)
    except InputError as error:
        raise _failed_again(error, how) from error


def _failed_again(error: InputError, how: str) -> InputError:
    return InputError("a net that can be asked again", f"{error.got}, {how}", AGAIN_REMEDY)


def describe(task: Task, word: Symbols, differs: NDArray[np.bool_]) -> str:
    """The inputs of a word `[T]` up to the first step at which the answers differ `[T]`."""
    upto = truncate(task, word, int(np.flatnonzero(differs)[0]))
    return " and ".join(task.notation.write(number) for number in task.numbers(upto))
