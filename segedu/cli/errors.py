"""How a command ends when something is wrong: a sentence on standard error, and a status."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from collections.abc import Callable

import torch

WRONG, INTERRUPTED = 2, 130
"""Statuses: something is wrong with what was asked for; stopped from the keyboard."""

USERS = (
    ValueError, TypeError, FloatingPointError, OSError, MemoryError, ModuleNotFoundError, torch.OutOfMemoryError,
)  # fmt: skip
"""What a user can do something about; anything else is a mistake of ours, and its traceback belongs in a report."""

REMEDIES = {
    errno.ENOSPC: "The disk is full: free some space, and run the same command again.",
    errno.EDQUOT: "Your share of the disk is full: free some space, and run the same command again.",
    errno.EACCES: "You may not read or write there: give another place.",
    errno.EPERM: "You may not read or write there: give another place.",
    errno.EROFS: "That disk can only be read: give another place.",
    errno.ENOTDIR: "A file stands where a folder should be: give another place.",
    errno.EEXIST: "A file stands where a folder should be: give another place.",
    errno.EISDIR: "A folder stands where a file should be: give another place.",
    errno.ENAMETOOLONG: "Give a shorter name.",
}


def run_safely(command: Callable[[], None]) -> int:
    """Run a command; gives its status."""
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show
            command()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads the output has read enough, as `head` does
        _close_output()
    except KeyboardInterrupt:
        print(
            "segedu: interrupted. A training goes on from its last save: run the same command again.", file=sys.stderr
        )
        return INTERRUPTED
    except USERS as error:
        print(f"segedu: {sentence(error)}", file=sys.stderr)
        return WRONG
    return 0


def sentence(error: BaseException) -> str:
    """What happened and what to do, on one line."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        text = f"not enough memory ({error or 'no more was given'}). Give a smaller --batch-size, --size or --crop."
    elif isinstance(error, OSError) and error.errno is not None:
        text = f"{error.filename or 'output'}: {error.strerror}. {REMEDIES.get(error.errno, '')}"
    else:
        text = str(error)
    return " ".join(text.split())


def _show(message: Warning | str, *_: object) -> None:
    """A warning as one line; what stands around it in the code helps no user of a command."""
    print(f"segedu: {message}", file=sys.stderr)


def _close_output() -> None:
    """Let nothing be written to a closed pipe when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
