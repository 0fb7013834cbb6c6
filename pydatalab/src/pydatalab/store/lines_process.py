"""The other end of ``lines``: reads a pattern and texts, answers which have a line that matches.

It runs as a program of its own and imports nothing of ours.
"""

import marshal
import re
import sys


def main() -> None:
    """Answer until the parent hangs up."""
    pattern = marshal.load(sys.stdin.buffer)  # noqa: S302 (written by our own parent)
    search = re.compile(pattern, re.IGNORECASE).search
    while True:
        try:
            texts = marshal.load(sys.stdin.buffer)  # noqa: S302
        except EOFError:
            return
        answer = bytes(any(map(search, text.split("\n"))) for text in texts)
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
