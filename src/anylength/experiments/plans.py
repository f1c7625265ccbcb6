"""The post's claims as experiments: which nets are trained for them, over how many seeds, and how far each is tried."""

from dataclasses import dataclass

from anylength.records import PostNet, PostPart
from anylength.tasks import Task, task_named
from anylength.training import AbstractRecipe, recipe_named


@dataclass(frozen=True)
class Plan:
    """One part: the same training over many seeds.

    Attributes:
        name: What it is called.
        share: Seeds, as a part of all.
        block: Seeds trained together; what is lost at most when the program is stopped.
        hidden: Hidden units; None for the recipe's.
        epochs: The epoch limit; None for the recipe's.
        limit: The longest number of the stress test; 0: none is made.
        verdicts: Whether each net gets a verdict.
    """

    name: str
    cell: str = "rnn"
    recipe: str = "blog"
    data: str = "post"
    task: str = "count"
    share: float = 1.0
    block: int = 25
    hidden: int | None = None
    epochs: int | None = 10
    limit: int = 2000
    verdicts: bool = False

    def load_task(self) -> Task:
        """The task."""
        return task_named(self.task)

    def load_recipe(self) -> AbstractRecipe:
        """The recipe."""
        return recipe_named(self.recipe)

    def seeds(self, count: int) -> int:
        """How many seeds of this part go with `count` seeds in all; at least one."""
        return max(1, round(self.share * count))

    def part(self, nets: list[PostNet], seconds: float) -> PostPart:
        """The record of these nets."""
        recipe = self.load_recipe()
        return PostPart(
            name=self.name, task=self.task, cell=self.cell, recipe=self.recipe, data=self.data,
            hidden=self.hidden or recipe.hidden, epochs=self.epochs or recipe.epochs, settings=recipe.settings(),
            limit=self.limit, stress_tested=self.limit > 0, with_verdicts=self.verdicts, nets=nets, seconds=seconds,
        )  # fmt: skip


WIDTHS = (4, 8, 16, 24, 32)
"""The post does not state its hidden size: these are tried beside the default."""

PLANS: tuple[Plan, ...] = (
    Plan("rnn"),
    *(Plan(f"rnn-{hidden}", hidden=hidden, limit=0) for hidden in WIDTHS),
    Plan("lstm", cell="lstm", epochs=20),
    Plan("gru", cell="gru", epochs=20),
    Plan("hundred", data="hundred", epochs=20, limit=50),
    Plan("hundred-robust", data="hundred", recipe="robust", epochs=None, limit=0, verdicts=True),
    Plan("content", cell="content", recipe="plain", share=0.1, block=2, epochs=None, limit=50),
    Plan("location", cell="location", recipe="plain", share=0.1, block=2, epochs=None, limit=50),
    Plan("natural-lstm", "lstm", "memory", "nines", "count-natural", share=0.05, block=5, epochs=None, limit=40),
    Plan("natural-stack", "stack-rnn", "memory", "nines", "count-natural", share=0.05, block=5, epochs=None, limit=40),
)
