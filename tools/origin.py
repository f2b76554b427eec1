"""Where this checkout lives: the GitHub repository and the branch that it came from."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# https, with or without a user or a token; the short form of ssh; the long form of ssh
_GITHUB = re.compile(
    r"""^( (https?|git|ssh)://([^@/]+@)?(www\.|ssh\.)?github\.com(:\d+)?/ | ([^@/]+@)?github\.com:/? )
         (?P<owner>[\w.-]+) / (?P<name>[\w.-]+?) (\.git)? /?$""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Origin:
    """A public home: ``url`` as ``https://github.com/owner/name``, and a branch."""

    url: str
    branch: str

    @property
    def pip_address(self) -> str:
        """What ``pip install`` takes."""
        return f"git+{self.url}@{self.branch}"

    @property
    def pages_address(self) -> str:
        """Where GitHub Pages shows the book."""
        owner, name = self.url.rsplit("/", 2)[-2:]
        return f"https://{owner}.github.io/{name}/"


def parse_github(url: str) -> str | None:
    """Return the browsable address of a GitHub remote, or None for any other host.

    Examples
    --------
    >>> parse_github("git@github.com:owner/name.git")
    'https://github.com/owner/name'
    >>> parse_github("https://example.org/owner/name.git") is None
    True
    """
    found = _GITHUB.match(url.strip())
    return f"https://github.com/{found['owner']}/{found['name']}" if found else None


def find_origin(root: Path = ROOT) -> Origin | None:
    """Return the origin of the checkout at `root`, or None where it is not a GitHub repository."""
    if _git(root, "rev-parse", "--show-prefix"):  # an archive, unpacked inside somebody's repository
        return None
    url = parse_github(_git(root, "remote", "get-url", "origin"))
    if url is None:
        return None
    branch = _git(root, "symbolic-ref", "--short", "-q", "HEAD")
    if not branch:  # a detached HEAD: a tag, a pull request
        default = _git(root, "symbolic-ref", "--short", "-q", "refs/remotes/origin/HEAD")
        branch = default.removeprefix("origin/") or "main"
    return Origin(url, branch)


def _git(root: Path, *arguments: str) -> str:
    """Return what git prints, or "" where git or the repository is missing (a downloaded archive)."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
