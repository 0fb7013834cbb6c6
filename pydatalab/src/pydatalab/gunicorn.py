"""Settings for gunicorn, which serves a lab by several processes:

``gunicorn --config python:pydatalab.gunicorn``. ``WEB_CONCURRENCY`` says by how many, ``PORT`` where, and
``GUNICORN_CMD_ARGS`` anything else.
"""

import os
from typing import Any, ClassVar

from uvicorn_worker import UvicornWorker

from pydatalab.main import LONGEST_UPLOAD, TRANSPORT


class LabWorker(UvicornWorker):  # type: ignore[misc]  # its package has no types
    """A process that serves, below gunicorn's master."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = dict(TRANSPORT)


wsgi_app = "pydatalab.main:served_lab()"
worker_class = LabWorker
preload_app = True  # processes share what they loaded, and none opens anything before it is its own
bind = [f"0.0.0.0:{os.environ.get('PORT', '5001')}"]
workers = int(os.environ.get("WEB_CONCURRENCY") or 4)
graceful_timeout = LONGEST_UPLOAD
timeout = 120
worker_tmp_dir = "/dev/shm"  # noqa: S108  a folder in memory, where a beat never waits for a disk
control_socket_disable = True
loglevel = "warning"
