"""The command line: ``python -m segedu scenes|data|train|eval|predict|bench``."""

from __future__ import annotations

import sys
from functools import partial

from segedu.cli.errors import run_safely
from segedu.cli.parser import build_parser


def main(argv: list[str] | None = None) -> int:
    """Run one command; an error of the user's is one line on standard error and status 2."""
    typed = sys.argv[1:] if argv is None else argv
    arguments = build_parser().parse_args(typed)
    arguments.typed = typed
    return run_safely(partial(arguments.run, arguments))
