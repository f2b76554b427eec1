"""The pages of the API reference: the modules of a room in a page that asks for them, and two repairs."""

from __future__ import annotations

import argparse
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer

from segedu.cli.parser import build_parser

MODULES = "<!-- every module of this room -->"
"""Stands in a page of the API reference where the modules of its room shall stand."""
BACK = re.compile(r'(?P<start>class="viewcode-back" href=")(?P<page>[^"#]+)#(?P<id>[^"]+)"')
COMMANDS = "<!-- every command -->"
"""Stands in the page of the command line where the commands and their options shall stand."""


def walk_room(app: Sphinx, page: str, source: list[str]) -> None:
    """Write a section for every module of a room, or every command, into its page, so that none is forgotten."""
    if page.startswith("book/api/") and MODULES in source[0]:
        room = import_module(f"segedu.{page.rpartition('/')[2]}")
        source[0] = source[0].replace(MODULES, "\n".join(sections(room)))
    if page == "book/api/cli":
        source[0] = source[0].replace(COMMANDS, "\n".join(commands()))


def commands() -> Iterator[str]:
    """A heading, a sentence and a table of options for every command."""
    parser = build_parser()
    (chosen,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    about = {action.dest: action.help for action in chosen._choices_actions}
    for name, command in chosen.choices.items():
        yield f"## segedu {name}\n\n{command.description or about.get(name) or ''}\n"
        yield "| Option | Meaning |\n| --- | --- |"
        for action in command._actions[1:]:  # the first is --help
            words = action.metavar or (f"{{{','.join(map(str, action.choices))}}}" if action.choices else None)
            value = " ".join(words) if isinstance(words, tuple) else words or ("" if action.nargs == 0 else "VALUE")
            spelled = ", ".join(action.option_strings) or action.dest
            told = command._get_formatter()._expand_help(action).replace("|", "or")
            yield f"| `{f'{spelled} {value}'.strip() if action.option_strings else spelled}` | {told}. |"
        yield ""


def sections(room: ModuleType) -> Iterator[str]:
    """A heading and the members of every module, less what a package above it shows already."""
    shown = [getattr(room, name) for name in room.__all__]
    for info in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        module = import_module(info.name)
        names = [name for name in getattr(module, "__all__", own_names(module))
                 if not any(getattr(module, name) is value for value in shown)]  # fmt: skip
        if names or info.ispkg:
            members = f"   :members: {', '.join(names)}\n   :imported-members:\n" if names else ""
            level = "##" if info.name.count(".") == 2 else "###"
            yield f"{level} {info.name}\n\n```{{eval-rst}}\n.. automodule:: {info.name}\n{members}```\n"
            shown += [getattr(module, name) for name in names]


def own_names(module: ModuleType) -> list[str]:
    """The public names that a module defines, in the order of its source: functions, classes, documented constants."""
    constants = {name for scope, name in ModuleAnalyzer.for_module(module.__name__).find_attr_docs() if not scope}
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and (name in constants or getattr(value, "__module__", None) == module.__name__)
    ]


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


def mend_back_links(app: Sphinx, error: Exception | None) -> None:
    """Let the way back from a module's source lead to each name where it is documented: in the room, or in the module.

    Viewcode keeps one place for a whole module, that of the name it met first.
    """
    if error is not None or app.builder.format != "html":
        return
    root = Path(app.outdir)
    for path in (root / "_modules").rglob("*.html"):
        module = ".".join(path.relative_to(root / "_modules").with_suffix("").parts)
        text = path.read_text(encoding="utf-8")

        def mended(link: re.Match[str], path: Path = path, module: str = module) -> str:
            page, named = _text((path.parent / link["page"]).resolve()), link["id"]
            packages = [module.rsplit(".", cut)[0] for cut in range(module.count(".") + 1)]
            package = next(package for package in packages if named.startswith(f"{package}."))
            there = re.search(rf'id="(segedu[\w.]*\.{re.escape(named.removeprefix(package + "."))})"', page)
            return link[0] if f'id="{named}"' in page or not there else f'{link["start"]}{link["page"]}#{there[1]}"'

        path.write_text(BACK.sub(mended, text), encoding="utf-8")


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the walk and the repairs."""
    app.connect("source-read", walk_room)
    app.connect("autodoc-process-docstring", keep_prose, priority=400)  # before napoleon, which has 500
    app.connect("viewcode-follow-imported", own_source)
    app.connect("build-finished", mend_back_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
