"""What a waiting run says: its place in the queue, and what it waits for."""

from collections.abc import Sequence

from anylength.server.job import Job

STAGE_WORDS = {
    "training": "in training", "judging": "in its tests", "explaining": "in its tests", "testing": "in its tests",
}  # fmt: skip
"""What a run in work is doing. Another status: it is about to begin."""

LOADING = "the training program is being loaded"
"""The reason where no other run is in work."""


def waiting_words(place: int, waiting: int, in_work: Sequence[Job], *, is_held_back: bool) -> str:
    """The place of a waiting run and the reason why it waits.

    Args:
        place: Its place in the queue, from 1.
        waiting: How many runs wait.
        in_work: The runs in work.
        is_held_back: Whether it waits until the long tests of another run have ended.
    """
    where = f"place {place} of {waiting} in the queue"
    if not in_work:
        return f"{where}; {LOADING}"
    if is_held_back:
        return f"{where}; its tests take long, and only one run with long tests is in work at a time"
    listed = " and ".join(f"{job.name} ({STAGE_WORDS.get(job.status, 'about to begin')})" for job in in_work)
    return f"{where}; in work: {listed}"
