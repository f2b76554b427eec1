"""Write the book's configuration: _config.yml plus the buttons of the repository it is built from.

Usage: python -m tools.config _build/config.yml
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from tools.origin import ROOT, Origin, find_origin


def with_buttons(config: dict, origin: Origin | None) -> dict:
    """Return `config` with repository and Colab buttons for `origin`; unchanged where that is None."""
    if origin is None:
        return config
    return config | {
        "repository": {"url": origin.url, "path_to_book": "", "branch": origin.branch},
        "launch_buttons": config["launch_buttons"] | {"colab_url": "https://colab.research.google.com"},
        "html": config["html"]
        | {"use_repository_button": True, "use_issues_button": True, "baseurl": origin.pages_address},
    }


def write(target: Path, root: Path = ROOT) -> None:
    """Write the configuration of the checkout at `root` to `target`."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    extensions = config["sphinx"].get("local_extensions", {})  # looked for beside the file that names them
    config["sphinx"]["local_extensions"] = {name: str(root / folder) for name, folder in extensions.items()}
    merged = with_buttons(config, find_origin(root))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(yaml.safe_dump(merged, sort_keys=False, allow_unicode=True), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
