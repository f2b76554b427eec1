"""``python -m segedu``: see `segedu.cli`."""

from segedu.cli import main

raise SystemExit(main())
