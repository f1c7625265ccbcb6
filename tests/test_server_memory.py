"""A worker process that has grown too large forgets its compiled programs, or is replaced."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import pytest

from anylength.server import worker_memory
from anylength.server.trainer import Trainer
from anylength.server.worker_memory import CLEAR_BYTES, REPLACE_BYTES, release_memory, resident_bytes

CASES = {
    "small": ([CLEAR_BYTES, CLEAR_BYTES], False, False),
    "large, then small": ([CLEAR_BYTES + 1, CLEAR_BYTES], True, False),
    "large, and still": ([REPLACE_BYTES + 1, REPLACE_BYTES + 1], True, True),
}


@pytest.fixture
def cleared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of JAX, which keeps its programs for the other tests."""
    asked: list[str] = []
    monkeypatch.setattr(jax, "clear_caches", lambda: asked.append("cleared"))
    return asked


@pytest.mark.slow
@pytest.mark.parametrize("kind", CASES)
def test_a_large_process_forgets_its_programs_and_may_ask_to_be_replaced(kind, cleared, monkeypatch):
    sizes, is_cleared, is_too_large = CASES[kind]
    told: Iterator[int] = iter(sizes)
    monkeypatch.setattr(worker_memory, "resident_bytes", lambda: next(told))
    assert release_memory() is is_too_large
    assert cleared == ["cleared"] * is_cleared


def test_the_resident_memory_is_that_of_this_process():
    before = resident_bytes()
    block = bytearray(b"x" * (64 << 20))
    assert resident_bytes() - before > len(block) // 2


def test_a_trainer_looks_at_its_memory_after_each_run(monkeypatch, tmp_path):
    events: list[tuple[str, Any]] = []

    class EndError(Exception):
        """Ends the work."""

    def emit(event: str, data: str) -> None:
        events.append((event, json.loads(data)))
        if event == "finished":
            raise EndError

    class NoPipe:
        def put(self, message: Any) -> None:
            del message

    def carry_out(self: Trainer, path: Path, *, watched: bool) -> tuple[str, str | None]:
        del self, path, watched
        return "done", None

    monkeypatch.setattr(Trainer, "carry_out", carry_out)
    monkeypatch.setattr("anylength.server.trainer.release_memory", lambda: True)
    trainer = Trainer(emit, NoPipe())
    trainer.on_command(json.dumps({"do": "work", "path": str(tmp_path), "watched": False}))
    with pytest.raises(EndError):
        trainer.work()
    assert [event for event, _ in events] == ["ready", "too-large", "finished"]
