"""How far long work has come."""

from typing import Protocol


class Progress(Protocol):
    """Where long work says how far it has come, and hears that it should stop."""

    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        """Say what is being done and how much of it, as often as one likes; cheap.

        Args:
            doing: what, in a few words: ``Copying files``.
            done: how much of it, in whatever unit ``total`` has.
            total: how much there is in all; ``None`` where nobody knows.

        Raises:
            Cancelled: somebody asked to stop.
        """


class Silent:
    """A progress that nobody watches."""

    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        """Nothing happens."""
