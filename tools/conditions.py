"""What a cell may need that not every machine has, by its tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def has_cuda() -> bool:
    """Whether there is a CUDA device."""
    import torch  # seconds, spent only where something asks

    return torch.cuda.is_available()


def has_camvid() -> bool:
    """Whether the pictures of CamVid are where `segedu.data.CamVid` looks for them."""
    from segedu.data.files import data_home  # it brings torch along

    return (data_home() / "camvid" / "train.txt").is_file()


CONDITIONS: dict[str, tuple[Callable[[], bool], str]] = {
    "gpu": (has_cuda, "needs a CUDA device"),
    "camvid": (has_camvid, "needs the pictures of CamVid in $SEGEDU_DATA"),
}
"""By tag: whether it can run here, and what it needs."""


def conditional(tags: Iterable[str]) -> bool:
    """Whether something tagged so cannot run on every machine."""
    return not CONDITIONS.keys().isdisjoint(tags)


def missing(tags: Iterable[str]) -> str | None:
    """What something tagged so needs and does not find here; None if it can run."""
    for tag in tags:
        there, need = CONDITIONS.get(tag, (lambda: True, ""))
        if not there():
            return need
    return None
