"""What does `python3 -m latchmark` do? The commands of latchmark.cli."""

import sys

from latchmark.cli import main

if __name__ == "__main__":
    sys.exit(main())
