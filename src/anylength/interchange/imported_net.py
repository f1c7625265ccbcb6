"""The result of an import: the net, and the original to compare it with."""

from dataclasses import dataclass, replace

from anylength.base import Symbols
from anylength.interchange.agreement import LONGEST, Agreement, compare
from anylength.interchange.confirmation import confirmed
from anylength.interchange.heads import Head
from anylength.interchange.original import Original
from anylength.interchange.side_effects import unchanged
from anylength.nets import Net
from anylength.rules import Task
from anylength.verification.verdicts import Verification


@dataclass(frozen=True)
class ImportedNet:
    """A net read from another library.

    Attributes:
        net: The net.
        cell: The name of its cell.
        origin: A description of the original for the user.
        folding_error: Bound on the difference between the original's W_ih x in float32 and this net's; 0 if nothing was folded.
        original: The net as its own runtime runs it; None if that runtime is not installed.
        head: What the original returns for its logits; None: found by trying.
        remedy: What to do where the two disagree.
    """

    net: Net
    cell: str
    origin: str
    folding_error: float = 0.0
    original: Original | None = None
    head: Head | None = None
    remedy: str = "the net must read one-hot digits, the least significant digit first"

    @property
    def runtime(self) -> str | None:
        """The name and version of the original's runtime; None if it is not installed."""
        return self.original.runtime if self.original else None

    def compared(self, task: Task, words: Symbols | None = None) -> "ComparedNet":
        """The net beside its original, after both have answered the same words `[T, B]` (None: 10,000 hard ones).

        Raises:
            InputError: They differ by more than rounding explains, or the original sees how long a word is.
        """
        if self.original is None:
            return ComparedNet(self, task, None)
        looped = LONGEST if self.original.loops else 0
        with unchanged(self.original.subject):
            agreement = compare(self.net, task, self.original, words, remedy=self.remedy, head=self.head)
        net = replace(self.net, least_margin=agreement.head.least_margin, looped=looped)
        return ComparedNet(replace(self, net=net), task, agreement)


@dataclass(frozen=True)
class ComparedNet:
    """An imported net that answers hard words as its original does, up to rounding.

    Attributes:
        imported: The net and its original.
        task: Its task.
        agreement: What the two answered; None where no original could be run.
    """

    imported: ImportedNet
    task: Task
    agreement: Agreement | None

    def net(self) -> Net:
        """The net.

        Raises:
            InputError: Rounding decides too many of its answers.
        """
        if self.agreement is not None:
            self.agreement.required()
        return self.imported.net

    def confirmed(self, verification: Verification) -> Verification:
        """What a verification of the net says of the original: see `confirmation.confirmed`.

        Raises:
            InputError: The original answers a counterexample rightly: the net was misread.
        """
        if self.agreement is None or self.imported.original is None:
            return verification
        return confirmed(verification, self.imported.net, self.task, self.imported.original, self.agreement)
