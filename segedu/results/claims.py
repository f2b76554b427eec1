"""Claims: sentences with a number that fail when they are false."""

from __future__ import annotations

CLAIM_KEY = "segedu_claim"
"""The key under which `claim` leaves its facts in the metadata of a notebook's output."""


def claim(
    text: str,
    holds: bool,
    *,
    value: float | str | None = None,
    margin: float | str | None = None,
    seeds: list[int] | None = None,
    source: str | None = None,
    fails_because: str | None = None,
) -> None:
    """State something and check it: print one line if it holds, stop the notebook if not.

    The line does not contain the measured value, so that it is the same on every machine. The value goes, with
    the rest, into the metadata of the output; the book's ledger of claims collects it there.

    Parameters
    ----------
    text : str
        The statement, a full sentence without its full stop.
    holds : bool
        The test of it, for instance ``gain > 0.10``.
    value : float or str, optional
        What was measured.
    margin : float or str, optional
        The bound that the value was compared with.
    seeds : list of int, optional
        The seeds that the bound was chosen with.
    source : str, optional
        Where the statement is from: a paper's section, or the id of a source text.
    fails_because : str, optional
        For a statement of a source that does *not* hold here: the reason, a full sentence. The notebook then stops
        if it does hold after all.

    Raises
    ------
    AssertionError
        If it does not hold, or holds against expectation.

    Examples
    --------
    >>> claim("Two is more than one", 2 > 1)
    Holds: Two is more than one.
    """
    holds = bool(holds)
    if holds == (fails_because is not None):
        verdict = "holds after all" if holds else "does not hold"
        raise AssertionError(f"{verdict}: {text} (measured {value}, bound {margin})")
    line = f"Holds: {text}." if holds else f"Does not hold here: {text}. {fails_because}"
    facts = {"text": text, "holds": holds, "value": value, "margin": margin, "seeds": seeds, "source": source}
    if fails_because:
        facts["reason"] = fails_because
    try:
        from IPython import get_ipython
        from IPython.display import publish_display_data
    except ImportError:
        print(line)
        return
    if get_ipython() is None:
        print(line)
    else:
        publish_display_data({"text/plain": line}, metadata={CLAIM_KEY: facts})
