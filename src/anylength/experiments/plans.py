"""The experiments behind the post's claims: which nets are trained, over how many seeds, and how they are tested."""

from dataclasses import dataclass

from anylength.records import PostNet, PostPart
from anylength.tasks import Task, task_named
from anylength.training import AbstractRecipe, recipe_named


@dataclass(frozen=True)
class Plan:
    """One training configuration over many seeds.

    Attributes:
        name: The plan's name.
        cell: The cell's name.
        recipe: The recipe's name.
        data: The data set's name.
        task: The task's name.
        share: The plan's seeds as a share of all seeds. Below 1 for nets that are slow to train.
        block: Seeds that are trained together. An interrupted program loses one block at most.
        hidden: Hidden units; None: the recipe's.
        epochs: The epoch limit; None: the recipe's.
        limit: The longest number of the stress test in digits; 0: no stress test.
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
        """The plan's number of seeds if there are `count` seeds in all; at least one."""
        return max(1, round(self.share * count))

    def part(self, nets: list[PostNet], seconds: float) -> PostPart:
        """The record of the plan's nets."""
        recipe = self.load_recipe()
        return PostPart(
            name=self.name, task=self.task, cell=self.cell, recipe=self.recipe, data=self.data,
            hidden=self.hidden or recipe.hidden, epochs=self.epochs or recipe.epochs, settings=recipe.settings(),
            limit=self.limit, stress_tested=self.limit > 0, with_verdicts=self.verdicts, nets=nets, seconds=seconds,
        )  # fmt: skip


WIDTHS = (4, 8, 16, 24, 32)
"""Hidden units that are tried besides the default, because the post does not state its own."""

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
"""All plans. The epoch limits and stress limits of slow nets are smaller, so that all plans end within hours."""
