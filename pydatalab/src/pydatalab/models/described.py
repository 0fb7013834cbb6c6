"""Whether shapes are described in full, as the pages of the reference need them, and nothing else does.

Reading what fields mean from the source, and building the shapes of answers that are never checked,
would take a third of the server's start. ``commands.described`` makes these pages in a process where
this is set; every server sends the OpenAPI document as a file.
"""

import os

VARIABLE = "DATALAB_DESCRIBED"

DESCRIBED = VARIABLE in os.environ
