"""Runs ``pydatalab admin.restore-backup``, and kills itself at the given command to the database.

Usage: restorer.py <name of a MongoDB command> <which of them> <options of the task …>
"""

import sys

from adopter import die_at

if __name__ == "__main__":
    die_at(sys.argv[1], int(sys.argv[2]))
    from pydatalab.commands.program import main

    sys.argv = ["pydatalab", "admin.restore-backup", *sys.argv[3:]]
    main()
