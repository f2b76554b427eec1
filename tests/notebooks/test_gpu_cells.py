"""Cells tagged `gpu` work: here on a CPU, at a tiny size, on a made data set in the real layout."""

import numpy as np
import pytest
from PIL import Image

from tools import notebooks

# What the cells of every chapter are asked to do instead of hours of work. Every pattern must be found.
TINY = {"(360, 480), 6000": "(48, 64), 2", "(352, 352)": "(32, 48)"}


@pytest.fixture
def made_camvid(tmp_path, monkeypatch):
    """Four frames a split, with all classes and void in every mask."""
    for split in ("train", "val", "test"):
        for folder in (split, f"{split}annot"):
            (tmp_path / "camvid" / folder).mkdir(parents=True)
        for name in "abcd":
            picture = np.random.RandomState(ord(name)).randint(0, 256, (48, 64, 3), dtype=np.uint8)
            Image.fromarray(picture).save(tmp_path / "camvid" / split / f"{name}.png")
            ids = (np.arange(48 * 64) // 256 % 12).astype(np.uint8).reshape(48, 64)
            Image.fromarray(ids).save(tmp_path / "camvid" / f"{split}annot" / f"{name}.png")
        (tmp_path / "camvid" / f"{split}.txt").write_text("a\nb\nc\nd\n")
    monkeypatch.setenv("SEGEDU_DATA", str(tmp_path))


def gpu_cells(notebook):
    return [c for c in notebooks.code_cells(notebook) if "gpu" in c.metadata.get("tags", [])]


@pytest.mark.parametrize("path", notebooks.find(), ids=lambda path: path.stem)
def test_gpu_cells_run_at_tiny_size(path, made_camvid, capsys):
    notebook = notebooks.read(path)
    cells = gpu_cells(notebook)
    if not cells:
        pytest.skip("this chapter has no gpu cells")
    # What they use from the chapter: its imports.
    imports = [c.source for c in notebooks.code_cells(notebook)[1:] if c not in cells and "import" in c.source]
    lines = [line for source in imports for line in source.splitlines() if line.startswith(("import ", "from "))]
    names = {"device": "cpu"}
    exec("\n".join(lines), names)
    source = "\n".join(cell.source for cell in cells)
    for full, tiny in TINY.items():
        assert full in source
        source = source.replace(full, tiny)
    exec(source, names)
    assert "mIoU" in capsys.readouterr().out
