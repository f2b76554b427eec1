"""Sliders that live in the page itself: no kernel, no request to anyone, a name on every control."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from string import Template

import numpy as np

from segedu.plots.arrays import png

# The frames wait in a JSON block; without JavaScript the first one is there as a plain image. Nothing has an
# id, so a page may hold any number of sliders, and equal content gives equal bytes.
_PAGE = Template("""\
<div class="segedu-slider" data-slider="$key" style="max-width: ${width}px">
<img src="$first" alt="$alt" style="display: block; width: 100%; image-rendering: $rendering">
<div style="display: flex; flex-wrap: wrap; align-items: center; gap: 0.6em; margin-top: 0.4em">
<button type="button" aria-label="Play" title="Play"
 style="min-width: 2.5em; min-height: 2em">&#9654;</button>
<label style="flex: 1; display: flex; align-items: center; gap: 0.6em; margin: 0">$label
<input type="range" min="0" max="$last" step="1" value="0" aria-valuetext="$title"
 style="flex: 1; min-width: 4em"></label>
<output style="flex-basis: 100%">$title</output>
</div>
<script type="application/json">$frames</script>
</div>
<script>
for (const box of document.querySelectorAll('.segedu-slider[data-slider="$key"]')) {
  if (box.dataset.ready) continue;
  box.dataset.ready = "yes";
  const part = (selector) => box.querySelector(selector);
  const [picture, range, button, text] = ["img", "input", "button", "output"].map(part);
  const frames = JSON.parse(part('script[type="application/json"]').textContent);
  let timer = null;
  const show = () => {
    const [source, title] = frames[Number(range.value)];
    picture.src = source;
    text.textContent = title;
    range.setAttribute("aria-valuetext", title);
  };
  const pause = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = "\\u25b6";
    button.title = "Play";
    button.setAttribute("aria-label", "Play");
  };
  const play = () => {
    timer = setInterval(() => {
      range.value = (Number(range.value) + 1) % frames.length;
      show();
    }, $interval);
    button.textContent = "\\u2016";
    button.title = "Pause";
    button.setAttribute("aria-label", "Pause");
  };
  range.addEventListener("input", () => { pause(); show(); });
  button.addEventListener("click", () => (timer === null ? play() : pause()));
}
</script>
""")


@dataclass(frozen=True)
class Slider:
    """A row of frames and a slider that goes through them; a notebook shows it as HTML."""

    alt: str
    frames: int
    html: str = field(repr=False)

    def _repr_html_(self) -> str:
        return self.html


def slider(
    frames: Sequence[np.ndarray], titles: Sequence[str], alt: str, label: str = "Frame", width: int = 560
) -> Slider:
    """Make a slider through pictures, stored with their own pixels and enlarged by the browser.

    Parameters
    ----------
    frames : sequence of (H, W, 3) uint8
        The pictures, all of one size.
    titles : sequence of str
        A line of text for each, shown below it and read out by screen readers.
    alt : str
        What the pictures show, for those who do not see them.
    label : str
        The slider's name: what changes from frame to frame.
    width : int
        Width on the page in pixels; on narrower screens it fills the line.
    """
    if len(frames) == 0 or len(frames) != len(titles):
        raise ValueError(f"expected frames and a title for each, found {len(frames)} and {len(titles)}")
    shapes = {frame.shape for frame in frames}
    if len(shapes) > 1:
        raise ValueError(f"frames: expected pictures of one size, found shapes {sorted(shapes)}")
    sources = ["data:image/png;base64," + base64.b64encode(png(frame)).decode() for frame in frames]
    return _slider(sources, titles, alt, label, width, "pixelated", interval=700)


def _slider(
    sources: Sequence[str],
    titles: Sequence[str],
    alt: str,
    label: str,
    width: int,
    rendering: str,
    interval: int,
) -> Slider:
    pairs = list(zip(sources, titles, strict=True))
    # "</script>" in a title would end the block.
    frames = json.dumps(pairs, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    key = hashlib.sha256(f"{frames}{alt}{label}".encode()).hexdigest()[:12]
    page = _PAGE.substitute(
        key=key, width=width, rendering=rendering, interval=interval, frames=frames, first=sources[0],
        alt=escape(alt), label=escape(label), title=escape(titles[0]), last=len(pairs) - 1,
    )  # fmt: skip
    return Slider(alt, len(pairs), page)
