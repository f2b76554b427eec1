"""Downloads, from a server on this machine."""

import hashlib
import socket
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from segedu.data.download import BLOCK, download, unpack

CONTENT = bytes(range(256)) * 10_000  # two and a half blocks
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def url(serve):
    assert len(CONTENT) > 2 * BLOCK
    (serve.folder / "data.bin").write_bytes(CONTENT)
    return f"{serve.url}/data.bin"


def test_a_file_arrives_whole_and_nothing_else_is_left(url, tmp_path):
    target = tmp_path / "new" / "data.bin"
    assert download(url, target, sha256=SHA, progress=False) == target
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]


def test_md5_will_do_too(url, tmp_path):
    path = download(url, tmp_path / "d", md5=hashlib.md5(CONTENT).hexdigest(), progress=False)
    assert path.read_bytes() == CONTENT


def test_what_is_there_is_not_fetched_again(url, tmp_path, serve):
    (tmp_path / "d").write_bytes(CONTENT)
    download(url, tmp_path / "d", sha256=SHA)
    assert serve.requests == []


def test_a_broken_connection_goes_on_where_it_stopped(url, tmp_path, serve):
    serve.break_after, serve.breaks = 1_000_000, 2
    assert download(url, tmp_path / "d", sha256=SHA, progress=False).read_bytes() == CONTENT
    assert serve.requests == [None, "bytes=1000000-", "bytes=2000000-"]


def test_tries_that_bring_something_do_not_count(url, tmp_path, serve):
    serve.break_after, serve.breaks = 300_000, 5  # less than a block each
    assert download(url, tmp_path / "d", sha256=SHA, tries=1, progress=False).read_bytes() == CONTENT
    assert serve.requests[-1] == "bytes=1500000-"


def test_several_programs_that_want_one_file_all_get_it(url, tmp_path, serve):
    with ThreadPoolExecutor(3) as pool:  # a lock of its own each, as in three programs
        asked = [pool.submit(download, url, tmp_path / "d", sha256=SHA, progress=False) for _ in range(3)]
    assert {one.result().read_bytes() for one in asked} == {CONTENT}
    assert serve.requests == [None] and not list(tmp_path.glob("*d.*"))


def test_a_server_without_ranges_starts_again(url, tmp_path, serve):
    serve.ranges, serve.break_after, serve.breaks = False, 1_000_000, 1
    assert download(url, tmp_path / "d", sha256=SHA, progress=False).read_bytes() == CONTENT
    assert serve.requests == [None, "bytes=1000000-"]


def test_after_too_many_breaks_the_next_call_goes_on(url, tmp_path, serve):
    (tmp_path / "d.part").write_bytes(CONTENT[:1_000_000])
    serve.break_after, serve.breaks = 0, 2
    with pytest.raises(ConnectionError, match=r"broke off 2 times in a row.*1,000,000 bytes are kept in .*d\.part"):
        download(url, tmp_path / "d", sha256=SHA, tries=2, progress=False)
    assert not (tmp_path / "d").exists()
    download(url, tmp_path / "d", sha256=SHA, progress=False)
    assert serve.requests[-1] == "bytes=1000000-"
    assert (tmp_path / "d").read_bytes() == CONTENT


def test_a_part_that_is_complete_is_not_fetched_again(url, tmp_path, serve):
    (tmp_path / "d.part").write_bytes(CONTENT)
    assert download(url, tmp_path / "d", sha256=SHA, progress=False).read_bytes() == CONTENT
    assert serve.requests == [f"bytes={len(CONTENT)}-"]


def test_a_part_of_a_longer_file_is_thrown_away(url, tmp_path, serve):
    (tmp_path / "d.part").write_bytes(CONTENT + b"more")
    assert download(url, tmp_path / "d", sha256=SHA, progress=False).read_bytes() == CONTENT
    assert serve.requests == [f"bytes={len(CONTENT) + 4}-", None]


def test_a_wrong_checksum_leaves_nothing(url, tmp_path):
    with pytest.raises(ValueError, match=rf"data\.bin: the sha256 of what arrived is {SHA}, expected 00ff"):
        download(url, tmp_path / "d", sha256="00ff", progress=False)
    assert not list(tmp_path.glob("d*"))


def test_a_wrong_file_that_was_there_before_is_kept_and_named(url, tmp_path):
    (tmp_path / "d").write_bytes(b"mine")
    with pytest.raises(ValueError, match=r"d: its sha256 is .* Delete it"):
        download(url, tmp_path / "d", sha256=SHA)
    assert (tmp_path / "d").read_bytes() == b"mine"


def test_a_file_that_the_server_has_not_is_an_error_with_its_answer(serve, tmp_path):
    with pytest.raises(ConnectionError, match=r"gone\.bin: the server answers 404"):
        download(f"{serve.url}/gone.bin", tmp_path / "d", sha256=SHA)
    assert len(serve.requests) == 1


def test_no_server_is_a_connection_error(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/d"
    with pytest.raises(ConnectionError, match="broke off 3 times"):
        download(address, tmp_path / "d", sha256=SHA, progress=False)


@pytest.mark.parametrize("sums", [{}, {"sha256": SHA, "md5": "0"}])
def test_exactly_one_checksum_is_asked_for(sums, tmp_path):
    with pytest.raises(ValueError, match="give sha256 or md5"):
        download("http://localhost/x", tmp_path / "d", **sums)


def test_other_protocols_are_refused(tmp_path):
    with pytest.raises(ValueError, match="expected http"):
        download("file:///etc/hostname", tmp_path / "d", sha256=SHA)


def test_the_bar_shows_on_standard_error(url, tmp_path, capsys):
    download(url, tmp_path / "data.bin", sha256=SHA)
    shown = capsys.readouterr()
    assert "data.bin" in shown.err and "2.56M" in shown.err
    assert shown.out == ""


def pack(tmp_path, kind):
    """An archive with ``kit/2012/a.txt``."""
    (tmp_path / "kit" / "2012").mkdir(parents=True)
    (tmp_path / "kit" / "2012" / "a.txt").write_text("hello")
    path = tmp_path / f"kit.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as file:
            file.write(tmp_path / "kit" / "2012" / "a.txt", "kit/2012/a.txt")
    else:
        with tarfile.open(path, "w" + kind.removeprefix("tar").replace(".", ":")) as file:
            file.add(tmp_path / "kit", "kit")
    return path


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "zip"])
def test_one_folder_of_an_archive_is_put_in_place(tmp_path, kind):
    target = tmp_path / "out" / "VOC2012"
    unpack(pack(tmp_path, kind), "kit/2012", target)
    assert (target / "a.txt").read_text() == "hello"
    assert list(target.parent.iterdir()) == [target]


def test_a_damaged_archive_leaves_nothing(tmp_path, cut):
    path = pack(tmp_path, "tar")
    cut(path)
    path.write_bytes(b"x" + path.read_bytes())
    with pytest.raises(ValueError, match=r"kit\.tar: no whole archive"):
        unpack(path, "kit/2012", tmp_path / "out" / "x")
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("tar.gz", lambda content: content[:-4]),  # the tape is whole, the checksum of the whole is cut
        ("tar.gz", lambda content: content[:-6] + b"?" + content[-5:]),
        ("tar.xz", lambda content: content[: len(content) // 2]),
        ("zip", lambda content: content.replace(b"hello", b"hallo")),
    ],
)
def test_an_archive_with_a_wrong_byte_is_refused(tmp_path, kind, change):
    path = pack(tmp_path, kind)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ValueError, match=rf"kit\.{kind}: no whole archive"):
        unpack(path, "kit/2012", tmp_path / "out" / "x")
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_that_is_not_in_the_archive_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"kit\.zip: no folder kit/2011"):
        unpack(pack(tmp_path, "zip"), "kit/2011", tmp_path / "out" / "x")


def test_what_is_there_is_not_overwritten(tmp_path):
    with pytest.raises(FileExistsError, match="exists already"):
        unpack(pack(tmp_path, "tar"), "kit/2012", tmp_path / "kit")
