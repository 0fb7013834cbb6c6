"""The document store in one SQLite file."""

from pydatalab.store.sqlite.engine import SQLiteStore

__all__ = ["SQLiteStore"]
