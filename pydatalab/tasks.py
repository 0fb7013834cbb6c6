"""The tasks of datalab for ``invoke`` in this folder: the same as ``pydatalab`` anywhere."""

import sys

from pydatalab.commands.line import require_sound
from pydatalab.commands.program import namespace

ns = namespace()
require_sound(sys.argv[1:], ns)
