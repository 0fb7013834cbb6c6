"""Numbers of things in sentences."""


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """``1 file``, ``1,200 files``; ``plural`` where it is not the noun with an ``s``."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
