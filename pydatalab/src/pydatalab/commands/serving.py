"""Tasks that serve a lab, or work for it."""

from invoke import Context, task

from pydatalab.commands.loading import uncollected

HELP = {
    "host": "address to listen on; 0.0.0.0 for all of this machine's",
    "port": "port to listen on",
}


@task(help=HELP)
def serve(_: Context, host: str = "127.0.0.1", port: int = 5001) -> None:
    """Serve the page and the API; Ctrl-C ends it."""
    with uncollected():
        from pydatalab.config import read_config
        from pydatalab.main import serve_lab

    serve_lab(read_config(), host, port)


@task(help=HELP)
def demo(_: Context, host: str = "127.0.0.1", port: int = 5001) -> None:
    """Serve an example lab, kept apart from yours (in ./demo-data unless told otherwise)."""
    from pydatalab.commands.demonstration import fill_once
    from pydatalab.config import demo_config
    from pydatalab.main import serve_lab

    config = demo_config()
    serve_lab(config, host, port, first=fill_once(config))


@task(
    help={
        **HELP,
        "jobs": "jobs to run at the same time",
        "port": "port at which to tell how it does: /healthcheck/is_ready and /metrics; none if missing",
    }
)
def work(_: Context, jobs: int = 2, host: str = "127.0.0.1", port: int = 0) -> None:
    """Run the lab's jobs and schedules on this machine, without serving anybody; Ctrl-C ends it."""
    from pydatalab.config import read_config
    from pydatalab.errors import Invalid
    from pydatalab.working import work_for_lab

    if jobs < 1:
        raise Invalid("Say by --jobs how many jobs may run at the same time: 1 or more.")
    work_for_lab(
        read_config(),
        at_once=jobs,
        address=(host, port) if port else None,
        began=lambda: print(f"Jobs of the lab run here, {jobs} at once.", flush=True),
    )
