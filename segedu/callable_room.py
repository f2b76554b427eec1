"""Rooms that can be called: a room that is named after its one function stands for it."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class CallableRoom(ModuleType):
    """A module whose call is that of the function of the same name.

    So ``segedu.evaluate(net, data)`` does what a stranger expects, and ``from segedu.evaluate import evaluate`` works
    as well.
    """

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Call the function."""
        return getattr(self, self.__name__.rpartition(".")[2])(*arguments, **options)


def make_callable(name: str) -> None:
    """Let the module called ``name``, its ``__name__``, be called."""
    sys.modules[name].__class__ = CallableRoom
