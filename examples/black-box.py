"""Any function from digit strings to digit strings can be put to the tests: run me with `python examples/black-box.py`."""

# %% Two counters. One goes through a float, which holds every whole number only up to 2^53.
from anylength import black_box


def right(number: str) -> str:
    """n + 1, as Python counts."""
    return str(int(number) + 1)


def floating(number: str) -> str:
    """n + 1 through a float: right on everything that one would try by hand."""
    return str(int(float(number)) + 1)


counter, broken = black_box(right, "count"), black_box(floating, "count")

# %% How far does it go? The same test, and the same record, as for a net.
for name, box in (("right", counter), ("floating", broken)):
    tested = box.stress(limit=50, calls=500)
    held = "all" if tested.horizon is None else tested.horizon
    print(f"{name}: a carry arrives over {held} nines; tried up to {tested.limit}")

# %% Is there a wrong answer? "NOT REFUTED" is no proof: a function that can only be asked is never proved.
for name, box in (("right", counter), ("floating", broken)):
    verdict = box.refute(calls=1000)
    print(f"{name}: {verdict.verdict}: {verdict.reason}")
    if verdict.mistake:
        print(f"    {verdict.mistake.numbers[0]} -> {verdict.mistake.answer}, and right is {verdict.mistake.expected}")

# %% Which machine is it? Needs AALpy: pip install '.[learn]'
for name, box in (("right", counter), ("floating", broken)):
    print(f"{name}: {box.learn(calls=5000).extraction.note}")


# %% A function that drops the carry after three nines is a machine too, only another one.
def forgetful(number: str) -> str:
    """n + 1, but a carry comes no further than three places."""
    return number[:-3] + str(int(number[-3:]) + 1).zfill(3)[-3:]


learned = black_box(forgetful, "count").learn(calls=5000)
print(f"forgetful: {learned.extraction.note}")
print(f"    the first difference: {learned.extraction.difference}")
