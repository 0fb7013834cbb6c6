"""BioLogic's files, which EC-Lab and BT-Lab write: ``.mpr``, ``.mpt`` and ``.mps``."""
