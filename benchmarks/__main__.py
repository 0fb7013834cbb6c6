"""`python -m benchmarks`: all benchmarks; `python -m benchmarks listing …`: those named."""

import importlib
import pkgutil
import subprocess
import sys

import benchmarks
from benchmarks.table import print_table

PREFIX = "bench_"


def main(names: list[str]) -> int:
    """Run benchmarks and print what they measured; 1 if a number is beyond its limit."""
    found = [
        module.name.removeprefix(PREFIX)
        for module in pkgutil.iter_modules(benchmarks.__path__)
        if module.name.startswith(PREFIX)
    ]
    unknown = sorted(set(names) - set(found))
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are {', '.join(found)}.")
        return 2
    if len(names) == 1:
        rows = importlib.import_module(f"benchmarks.{PREFIX}{names[0]}").run()
        print_table(names[0], rows)
        return 0 if all(row.holds for row in rows) else 1
    # Each in a process of its own, whose memory is its own.
    ended = [
        subprocess.run([sys.executable, "-m", "benchmarks", name], check=False)
        for name in names or found
    ]
    return max(one.returncode for one in ended)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
