"""Sphinx directive ``network-diagram``: a network of the catalogue, drawn when the book is built.

The network has shapes and no numbers, so that one of the paper's size costs no more than a tiny one.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import torch
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import segedu
from segedu import plots
from segedu.nets.catalogue import BUILDERS


class NetworkDiagram(SphinxDirective):
    """``network-diagram NAME``, with options for the network (``backbone=vgg16 width=64``) and the picture's size."""

    required_arguments = 1
    option_spec = {  # noqa: RUF012 (docutils wants it so)
        "size": directives.positive_int_list,
        "classes": directives.positive_int,
        "options": directives.unchanged,
        "title": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """The drawing, or an error that names the line in the page."""
        name, size = self.arguments[0], self.options.get("size", [96, 128])
        for folder in ("nets", "plots/diagram"):
            for path in (Path(segedu.__file__).parent / folder).rglob("*.py"):
                self.env.note_dependency(str(path))
        try:
            options = read_options(self.options.get("options", ""))
            with torch.device("meta"):  # not by `build`: it asks for signatures, and autodoc has changed those
                net = BUILDERS[name](self.options.get("classes", 9), **options)
            drawn = plots.diagram(net, size, title=self.options.get("title", name))
        except (ValueError, TypeError, KeyError) as error:
            raise self.error(f"network-diagram {name}: {error!r}; there are {', '.join(BUILDERS)}") from error
        return [nodes.raw("", drawn.html, format="html")]


def read_options(text: str) -> dict[str, Any]:
    """Options as ``key=value``, with blanks between; a value is a number, a tuple without blanks, or else a text.

    Examples
    --------
    >>> read_options("backbone=vgg16 width=64 rates=(6,12)")
    {'backbone': 'vgg16', 'width': 64, 'rates': (6, 12)}
    """
    found: dict[str, Any] = {}
    for pair in text.split():
        key, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"options: found {pair!r}, expected key=value")
        try:
            found[key] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            found[key] = value
    return found


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("network-diagram", NetworkDiagram)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
