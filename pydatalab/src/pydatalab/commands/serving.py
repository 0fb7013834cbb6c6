"""Tasks that serve a lab."""

from invoke import Context, task

HELP = {
    "host": "address to listen on; 0.0.0.0 for all of this machine's",
    "port": "port to listen on",
}


@task(help=HELP)
def serve(_: Context, host: str = "127.0.0.1", port: int = 5001) -> None:
    """Serve the page and the API; Ctrl-C ends it."""
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
