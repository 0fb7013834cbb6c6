"""Tasks that bring a lab's database to the layout of this version."""

from pydatalab.commands.desk import Report, plain_task


@plain_task()
def status() -> Report:
    """Say which layout the database has, which one this version knows, and what is to be done."""
    from pydatalab.app import layout_of
    from pydatalab.config import read_config

    layout = layout_of(read_config())
    data = {"found": layout.found, "known": layout.known, "up_to_date": layout.is_known}
    if layout.found is None:
        return Report(data, ("There is no database yet; the first start makes it.",))
    if layout.is_known:
        return Report(data, (f"The database has layout {layout.found}: nothing is to be done.",))
    if layout.found > layout.known:
        said = (
            f"The database has layout {layout.found}; this datalab knows layouts up to "
            f"{layout.known}. Install the version that wrote it, or a newer one."
        )
        return Report(data, (said,), ok=False)
    lines = (
        f"The database has layout {layout.found}; this datalab works with {layout.known}.",
        "Make a backup with the version that wrote it (admin.create-backup), then run"
        " migration.upgrade, or just start the server: it does the same.",
    )
    return Report(data, lines)


@plain_task()
def upgrade() -> Report:
    """Bring the database to the layout of this version; nothing happens where it has it already."""
    from pydatalab.app import layout_of, open_lab
    from pydatalab.config import read_config

    config = read_config()
    was = layout_of(config)
    with open_lab(config) as lab:
        lab.store.check()
    now = layout_of(config)
    data = {"was": was.found, "found": now.found, "known": now.known}
    if was.found == now.found:
        return Report(data, (f"The database has layout {now.found} already.",))
    return Report(
        data, (f"The database had layout {was.found or 'none'}; now it has {now.found}.",)
    )
