"""Tables whose values are imported when they are asked for."""

import importlib
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

Value = TypeVar("Value")


class LazyTable(Mapping[str, Value], Generic[Value]):
    """Values by name. Looking one up imports its module alone; the names are known without any import.

    Args:
        package: The package that the modules lie in.
        homes: For each name `module:attribute`, such as `gru:Gru`.
    """

    def __init__(self, package: str, homes: Mapping[str, str]) -> None:
        self._homes = {name: (f"{package}.{home.partition(':')[0]}", home.partition(":")[2]) for name, home in homes.items()}

    def __getitem__(self, name: str) -> Value:
        module, attribute = self._homes[name]
        return getattr(importlib.import_module(module), attribute)

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)

    def __contains__(self, name: object) -> bool:
        return name in self._homes

    def name_of(self, kind: type) -> str | None:
        """The name of a class in the table; None where it has none. Imports nothing."""
        return next((name for name, home in self._homes.items() if home == (kind.__module__, kind.__qualname__)), None)
