"""The tasks of datalab for ``invoke`` in this folder: the same as ``pydatalab`` anywhere."""

from pydatalab.commands.program import namespace

ns = namespace()
