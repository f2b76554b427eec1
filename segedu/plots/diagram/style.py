"""The colours of a diagram: the page's where it has any, else the book's, light or dark."""

from __future__ import annotations

FONT = 11.0
"""Height of letters, in units of the drawing."""

ROOMS = (360, 420, 480, 540, 600, 660, 690)
"""Widths of a column from which on a page shows a staircase, by how wide the staircase is, and below which the list."""

# The book's blue for maps and orange for scores, Okabe and Ito's green for skips; light, then dark.
COLORS = {
    "paper": ("var(--pst-color-background, #ffffff)", "var(--pst-color-background, #14181e)"),
    "ink": ("var(--pst-color-text-base, #222832)", "var(--pst-color-text-base, #ced6dd)"),
    "quiet": ("var(--pst-color-text-muted, #48566b)", "var(--pst-color-text-muted, #a8b3be)"),
    "skip": ("#00734f", "#5fd0ab"),
    "input-0": ("#dedede", "#5a6068"), "input-1": ("#c6c6c6", "#474c54"), "input-2": ("#efefef", "#6d747d"),
    "map-0": ("#abd2e6", "#2f6d94"), "map-1": ("#7fb4d1", "#22546f"), "map-2": ("#cde5f1", "#4488b2"),
    "score-0": ("#ffd6ae", "#a8642a"), "score-1": ("#f0b47b", "#7f4918"), "score-2": ("#ffe8d2", "#c67f42"),
}  # fmt: skip
DARK = ('html[data-theme="dark"]', 'body[data-jp-theme-light="false"]', "body.vscode-dark", 'html[theme="dark"]')
PLAIN = 'html:not([data-theme]):not([theme]) body:not([data-jp-theme-light]):not([class*="vscode"])'


def name_of(width: float) -> str:
    """The class of a staircase of some width: shown where its letters have 8.4 pixels or more."""
    return f"from-{next((room for room in ROOMS if room >= width * 8.4 / FONT), ROOMS[-1])}"


def style_sheet() -> str:
    """The rules that all diagrams of a page share: nothing has an id, so there may be any number."""
    root = ".segedu-diagram"
    light, dark = ("".join(f"--sd-{key}: {pair[i]}; " for key, pair in COLORS.items()) for i in (0, 1))
    fills = "".join(
        f"{root} .{key} {{ fill: var(--sd-{key}); stroke: var(--sd-ink); stroke-width: 0.8; stroke-linejoin: round }}\n"
        for key in COLORS if key[-2] == "-"
    )  # fmt: skip
    switches = "".join(
        f"@container (max-width: {room - 1}px) {{ {root} .from-{room} {{ display: none; }} }}\n"
        f"@container (min-width: {room}px) {{ {root} .from-{room} + svg {{ display: none; }} }}\n"
        for room in ROOMS
    )
    return f"""{root} {{ {light}}}
{root} {{ background: var(--sd-paper); container-type: inline-size; margin: 0.5rem 0; width: 100%; }}
{", ".join(f"{theme} {root}" for theme in DARK)} {{ {dark}}}
@media (prefers-color-scheme: dark) {{ {PLAIN} {root} {{ {dark}}} }}
{root} svg {{ display: block; width: 100%; height: auto; }}
{root} text {{ fill: var(--sd-ink); font: {FONT:.0f}px system-ui, "Segoe UI", Roboto, Arial, sans-serif; }}
{root} .ground {{ fill: var(--sd-paper); }}
{root} text.bold {{ font-weight: 600; }}
{root} text.quiet {{ fill: var(--sd-quiet); }}
{root} text.skip-text {{ fill: var(--sd-skip); }}
{fills}{root} :is(.grid, .way, .skip, .stroke) {{ fill: none; stroke: var(--sd-ink); stroke-width: 1.4; }}
{root} path.grid {{ stroke-width: 0.5; }}
{root} path.skip {{ stroke: var(--sd-skip); stroke-dasharray: 5 2.5; }}
{root} .way-head, {root} .dot {{ fill: var(--sd-ink); }}
{root} .skip-head {{ fill: var(--sd-skip); }}
{root} .sign {{ fill: var(--sd-paper); stroke: var(--sd-ink); stroke-width: 1.4; }}
{switches}"""
