"""Documents in a MongoDB database. Room: may know the port, models and errors."""

from pydatalab.store.mongo.engine import MongoStore

__all__ = ["MongoStore"]
