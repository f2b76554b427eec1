"""Two repairs for the pages of the API reference."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sphinx.application import Sphinx


def keep_prose(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Show the docstring of a constant or property as it is written.

    Napoleon takes the words before its first colon for a type: "The id of void: it counts in no score" would become
    an attribute of type "The id of void". A colon in front says that there is no type.
    """
    if lines and what in {"attribute", "data", "property"}:
        lines[0] = f": {lines[0]}"


def own_source(app: Sphinx, module: str | None, name: str) -> str | None:
    """Let viewcode look for ``name`` in our ``module`` where Python says that it comes from elsewhere.

    A constant such as ``Features = dict[int, Tensor]`` claims to come from ``builtins``, which has no source page.
    """
    if module is None:
        return None
    home = getattr(getattr(import_module(module), name.partition(".")[0], None), "__module__", None)
    return None if home is None or home.startswith("segedu") else module


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect both repairs."""
    app.connect("autodoc-process-docstring", keep_prose, priority=400)  # before napoleon, which has 500
    app.connect("viewcode-follow-imported", own_source)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
