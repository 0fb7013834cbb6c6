"""datalab: a self-hosted research data platform for materials chemistry."""

__version__ = "0.1.0"
