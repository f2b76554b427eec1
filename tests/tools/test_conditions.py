"""A tag that wants something is looked up where the thing would be."""

import pytest

from tools import conditions


def test_camvid_is_where_its_list_is(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGEDU_DATA", str(tmp_path))
    assert "CamVid" in conditions.missing(["camvid"])
    (tmp_path / "camvid").mkdir()
    (tmp_path / "camvid" / "train.txt").write_text("a\n")
    assert conditions.missing(["camvid"]) is None


@pytest.mark.parametrize("there", [True, False])
def test_all_of_several_tags_must_be_there(monkeypatch, there):
    known = {"gpu": (lambda: True, "a device"), "camvid": (lambda: there, "pictures")}
    monkeypatch.setattr(conditions, "CONDITIONS", known)
    assert conditions.missing(["hide-input", "gpu", "camvid"]) == (None if there else "pictures")
    assert conditions.missing([]) is None
    assert conditions.conditional(["hide-input", "gpu"]) and not conditions.conditional(["hide-input"])
