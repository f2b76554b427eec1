"""Files appear whole or not at all, whoever else writes and whatever happens meanwhile."""

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from segedu.storage import check_place, written_whole

POSIX = pytest.mark.skipif(os.name == "nt", reason="locks, modes and links of Unix")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_two_writers_of_one_process_do_not_mix(tmp_path):
    with written_whole(tmp_path / "s") as one:
        one.write_text("one")
        with written_whole(tmp_path / "s") as two:
            two.write_text("two")
        assert (tmp_path / "s").read_text() == "two"
        assert one.read_text() == "one", "the second took the first for a leftover"
    assert (tmp_path / "s").read_text() == "one" and names(tmp_path) == ["s"]


def test_many_threads_leave_one_whole_file(tmp_path):
    def write(letter: str) -> None:
        for _ in range(10):
            with written_whole(tmp_path / "s") as unfinished:
                unfinished.write_text(letter * 10_000)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    content = (tmp_path / "s").read_text()
    assert len(content) == 10_000 and len(set(content)) == 1
    assert names(tmp_path) == ["s"]


def test_the_bytes_are_on_the_disk_before_the_name_and_the_name_after_it(tmp_path, monkeypatch):
    order = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda file: (order.append("fsync"), fsync(file)))
    monkeypatch.setattr(Path, "replace", lambda path, target: (order.append("replace"), replace(path, target))[1])
    with written_whole(tmp_path / "s") as unfinished:
        unfinished.write_text("x")
    assert order[:2] == ["fsync", "replace"] and (os.name == "nt" or order[2:] == ["fsync"])


def test_a_block_that_raises_leaves_the_old_file_and_nothing_else(tmp_path):
    (tmp_path / "s").write_text("old")
    with pytest.raises(KeyError), written_whole(tmp_path / "s") as unfinished:
        unfinished.write_text("half")
        raise KeyError
    assert (tmp_path / "s").read_text() == "old" and names(tmp_path) == ["s"]


@POSIX
def test_what_killed_writers_left_goes_with_the_next_save(tmp_path):
    code = (
        "import os, signal, sys\nfrom segedu.storage import written_whole\n"
        "with written_whole(sys.argv[1]) as file:\n    file.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    for _ in range(2):
        assert os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", code, tmp_path / "s[1]") == -signal.SIGKILL
    assert len(names(tmp_path)) == 2
    (tmp_path / ".s[1].notes").write_text("mine")
    (tmp_path / ".s1.x.unfinished").write_text("of another file")
    with written_whole(tmp_path / "s[1]") as unfinished:
        unfinished.write_text("whole")
    assert names(tmp_path) == [".s1.x.unfinished", ".s[1].notes", "s[1]"]


@POSIX
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_file_has_the_mode_that_the_user_wants_also_if_a_library_replaced_it(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        with written_whole(tmp_path / "s") as unfinished:
            (tmp_path / "private").touch(0o600)
            (tmp_path / "private").replace(unfinished)
    finally:
        os.umask(before)
    assert (tmp_path / "s").stat().st_mode & 0o777 == mode


@POSIX
@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_a_link_and_its_file_is_written(tmp_path, there):
    target = tmp_path / "large disk" / "s"
    if there:
        target.parent.mkdir()
        target.write_text("old")
    (tmp_path / "s").symlink_to(target)
    with written_whole(tmp_path / "s") as unfinished:
        unfinished.write_text("new")
    assert (tmp_path / "s").is_symlink() and target.read_text() == "new"


def test_a_name_as_long_as_the_disk_takes_can_be_written(tmp_path):
    with written_whole(tmp_path / ("x" * 255)) as unfinished:
        unfinished.write_text("new")
    assert names(tmp_path) == ["x" * 255]


@pytest.mark.parametrize("place", ["file/s", "file/deeper/s", "folder"])
def test_a_place_that_cannot_be_written_is_known_before_anything_is_made(tmp_path, place):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for tried in (check_place, lambda path: written_whole(path).__enter__()):
        with pytest.raises(OSError, match=r"(file|folder)"):
            tried(tmp_path / place)
    assert names(tmp_path) == ["file", "folder"]


def test_checking_a_place_leaves_the_file_that_is_there(tmp_path):
    (tmp_path / "s").write_text("old")
    check_place(tmp_path / "s")
    check_place(tmp_path / "new" / "s")
    assert (tmp_path / "s").read_text() == "old" and names(tmp_path) == ["new", "s"] and names(tmp_path / "new") == []
