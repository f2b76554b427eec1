"""The book and the notebooks point at the repository that they come from, and nowhere else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.origin import Origin, find_origin, parse_github

HOME = "https://github.com/some-owner/some.name"


def make_checkout(folder: Path, remote: str | None, branch: str = "main") -> Path:
    """Make a repository with one commit on `branch` and `remote` as its origin."""
    folder.mkdir(exist_ok=True)
    git(folder, "init", "-q", "-b", branch)
    git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    if remote:
        git(folder, "remote", "add", "origin", remote)
    return folder


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=reader", "-c", "user.email=reader@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True)


@pytest.mark.parametrize(
    "remote",
    [
        f"{HOME}.git",
        HOME,
        f"{HOME}/",
        "http://github.com/some-owner/some.name.git",
        "https://www.github.com/some-owner/some.name",
        "https://user:token@github.com/some-owner/some.name.git",
        "git@github.com:some-owner/some.name.git",
        "git@github.com:some-owner/some.name",
        "ssh://git@github.com/some-owner/some.name.git",
        "ssh://git@ssh.github.com:443/some-owner/some.name.git",
    ],
)
def test_every_form_of_a_github_address_gives_the_page_a_reader_can_open(remote):
    assert parse_github(remote) == HOME


@pytest.mark.parametrize(
    "remote",
    [
        "https://gitlab.com/owner/name.git",
        "git@example.org:owner/name.git",
        "https://github.com.example.org/owner/name",
        "https://example.org/github.com/owner/name",
        "https://notgithub.com/owner/name",
        "https://github.com/owner",
        "../another/checkout",
        "",
    ],
)
def test_other_hosts_and_local_folders_are_no_home(remote):
    assert parse_github(remote) is None


def test_the_branch_is_the_one_that_is_checked_out(tmp_path):
    checkout = make_checkout(tmp_path, f"{HOME}.git", branch="chapter/07-unet")
    assert find_origin(checkout) == Origin(HOME, "chapter/07-unet")


def test_a_detached_head_takes_the_default_branch_of_the_origin(tmp_path):
    checkout = make_checkout(tmp_path, f"{HOME}.git")
    git(checkout, "checkout", "-q", "--detach")
    assert find_origin(checkout) == Origin(HOME, "main")
    git(checkout, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert find_origin(checkout) == Origin(HOME, "trunk")


def test_a_repository_without_a_commit_has_a_branch_already(tmp_path):
    git(tmp_path, "init", "-q", "-b", "trunk")
    git(tmp_path, "remote", "add", "origin", HOME)
    assert find_origin(tmp_path) == Origin(HOME, "trunk")


@pytest.mark.parametrize("remote", [None, "https://example.org/owner/name.git"])
def test_no_origin_and_another_host_are_no_origin(tmp_path, remote):
    assert find_origin(make_checkout(tmp_path, remote)) is None


def test_an_archive_without_git_has_no_origin_even_inside_another_repository(tmp_path):
    assert find_origin(tmp_path) is None
    inner = make_checkout(tmp_path, f"{HOME}.git") / "unpacked"
    inner.mkdir()
    assert find_origin(inner) is None


def test_pip_gets_the_branch():
    assert Origin(HOME, "main").pip_address == f"git+{HOME}@main"
