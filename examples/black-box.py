"""Black boxes: test any function from digit strings to digit strings. Run `python examples/black-box.py`."""

# %% Two functions that add 1. One computes with a float, which holds every whole number only up to 2^53.
from anylength import black_box


def right(number: str) -> str:
    """n + 1 in Python's integers."""
    return str(int(number) + 1)


def floating(number: str) -> str:
    """n + 1 through a float: right on all numbers that people try by hand."""
    return str(int(float(number)) + 1)


counter, broken = black_box(right, "count"), black_box(floating, "count")

# %% How long a carry works: the stress test, with the same record as for a net.
for name, box in (("right", counter), ("floating", broken)):
    stress = box.stress(limit=50, calls=500)
    if stress.horizon is None:
        print(f"{name}: a carry passes through any number of nines up to {stress.limit}, the most that were tried")
    else:
        print(f"{name}: a carry passes through {stress.horizon} nines, but not through {stress.horizon + 1}")

# %% A search for a wrong answer. "NOT REFUTED" is no proof: queries alone never prove a function right.
for name, box in (("right", counter), ("floating", broken)):
    verdict = box.refute(calls=1000)
    print(f"{name}: {verdict.verdict}: {verdict.reason}")
    if verdict.mistake:
        print(f"    {verdict.mistake.numbers[0]} -> {verdict.mistake.answer}, but {verdict.mistake.expected} is right")

# %% The machine that a function is. Needs AALpy: pip install '.[learn]'
for name, box in (("right", counter), ("floating", broken)):
    print(f"{name}: {box.learn(calls=5000).extraction.note}")


# %% A function that drops the carry after three nines is a machine too, but not the task's.
def forgetful(number: str) -> str:
    """n + 1, but a carry goes no further than three places."""
    return number[:-3] + str(int(number[-3:]) + 1).zfill(3)[-3:]


learned = black_box(forgetful, "count").learn(calls=5000)
print(f"forgetful: {learned.extraction.note}")
print(f"    the first difference: {learned.extraction.difference}")
