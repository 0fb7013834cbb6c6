"""`python -m benchmarks`: all benchmarks; `python -m benchmarks listing …`: those named."""

import importlib
import pkgutil
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
    all_hold = True
    for name in names or found:
        rows = importlib.import_module(f"benchmarks.{PREFIX}{name}").run()
        print_table(name, rows)
        all_hold = all_hold and all(row.holds for row in rows)
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
