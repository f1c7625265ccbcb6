"""What a stored extraction is worth for the net beside it. Whatever shows the extracted machine of a run goes through here.

A theorem needs a certificate that is accepted for the net (`judge_certificate`); the record is then made from it again.
Where none is accepted, the stored machine is compared with the net on random words, and is called tested at most. What a tested
machine is worth is written anew, too: of the stored record only the numbers of words and symbols are kept.
"""

from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from anylength.extraction.batched_net import BatchedNet
from anylength.extraction.equivalence import MAX_MULTIPLICATIONS, Product, random_words
from anylength.extraction.extract import ExtractedMachine, is_unfinished_note, machine_of, no_machine, record_of
from anylength.nets import Net
from anylength.rules import NO_MACHINE, TESTED, THEOREM, UNFINISHED, Extraction, Machine, MachineTable, equivalent
from anylength.verification.verdicts import Subject, judge_certificate

REFUSED = "the stored machine is not the one of this net: run anylength extract"
"""The note of an extraction that belongs to another net."""


def judge_extraction(stored: Extraction, certificates: Iterable[bytes | None], subject: Subject) -> Extraction:
    """The extraction as far as the evidence beside it shows.

    Args:
        stored: The extraction that lies with the net.
        certificates: The certificates that lie with the net.
        subject: The net.
    """
    net, task = subject.net, subject.task
    if stored.status == NO_MACHINE:
        return no_machine(net, task) or _refused()
    machine = None if stored.machine is None else _machine(stored.machine)
    if machine is None or not isinstance(net, Net) or task.transducer is None or machine.symbols != task.transducer.symbols:
        return stored if stored == _refused() else _refused()
    if stored.status == UNFINISHED:
        return stored if stored.equivalent is not True and is_unfinished_note(stored.note, machine) else _refused()
    if stored.status == THEOREM:
        for certificate in certificates:
            if certificate is None or judge_certificate(certificate, subject).reason is not None:
                continue
            proved = machine_of(certificate)
            if equivalent(proved, machine):
                return _with_time(record_of(net, task, ExtractedMachine(proved, THEOREM)), stored)
    words = _words(net, machine)
    if not _agrees(net, machine, words):
        return _refused()
    count, longest = len(words.T), len(words)
    if stored.status == TESTED:
        count, longest = stored.words_compared, stored.longest_word
    return _with_time(record_of(net, task, ExtractedMachine(machine, TESTED, words=count, longest=longest)), stored)


def _machine(table: MachineTable) -> Machine | None:
    """The machine of a stored table; None where the table is not complete."""
    try:
        return Machine(table.start, tuple(map(tuple, table.delta)), tuple(map(tuple, table.output)))
    except ValueError:
        return None


def _words(net: Net, machine: Machine) -> NDArray[np.int64]:
    """Random words as columns: as many as `MAX_MULTIPLICATIONS` allows."""
    words = random_words(np.random.default_rng(0), machine.symbols)
    most = int(MAX_MULTIPLICATIONS / (len(words) * BatchedNet(net).multiplications))
    return words[:, : max(1, most)]


def _agrees(net: Net, machine: Machine, words: NDArray[np.int64]) -> bool:
    """Whether net and machine give the same outputs on words from their starts."""
    product = Product(BatchedNet(net), machine)
    net_states = np.repeat(product.net.start(), words.shape[1], axis=1)
    machine_states = np.full(words.shape[1], machine.start)
    for symbols in words:
        net_states, machine_states, differ = product.step(net_states, machine_states, symbols)
        if differ.any():
            return False
    return True


def _with_time(record: Extraction, stored: Extraction) -> Extraction:
    return msgspec.structs.replace(record, seconds=stored.seconds)


def _refused() -> Extraction:
    return Extraction(states=None, machine=None, equivalent=None, status=UNFINISHED, note=REFUSED)
