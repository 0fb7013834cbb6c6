"""How the server does, as administrators see it."""

from pydantic import Field

from pydatalab.models.base import Model, Moment


class MachineNow(Model):
    """The machine that the server runs on, or the container."""

    cores: int
    """Processor cores that the server may use."""
    load: list[float] = Field(min_length=3, max_length=3)
    """Processes that wanted to run, on the average of the last minute, five and fifteen."""
    memory_total: int
    """Bytes."""
    memory_available: int
    """Bytes."""
    memory_of_server: int
    """Bytes that the processes which answer requests have."""


class RouteTaken(Model):
    """How long the requests to one route took."""

    method: str
    route: str
    number: int
    failed: int
    """Those that the server could not answer: status 500 and above."""
    mean_seconds: float
    slow_seconds: float
    """Within which 95 of 100 were answered, roughly."""


class RequestsTaken(Model):
    """What was asked since the server began."""

    number: int
    failed: int
    """Those that the server could not answer: status 500 and above."""
    refused: int
    """Those that were refused: status 400 to 499."""
    in_flight: int
    seconds: float
    """That they took in all."""
    upload_bytes: int
    slowest: list[RouteTaken]
    """The routes that take longest on the average, the slowest first."""


class WorkersNow(Model):
    """Those who read files and draw them. What they did counts since they began."""

    reachable: bool
    workers: int
    busy: int
    waiting: int
    """Files that wait for a worker."""
    done: int
    timeouts: int
    """Workers that were stopped since a file took too long."""
    crashes: int
    """Workers that ended over a file."""
    memory: int
    """Bytes that they have in all."""
    cache_hits: int
    """Figures and exports that were at hand, since the server began."""
    cache_misses: int


class JobsByState(Model):
    """How many jobs are known in each state."""

    waiting: int
    running: int
    done: int
    failed: int
    cancelled: int


class DatabaseNow(Model):
    """The database."""

    engine: str
    reachable: bool
    milliseconds: float | None
    """How long it took to answer."""


class DiskNow(Model):
    """Room on a disk, in bytes."""

    free: int
    total: int


class StorageNow(Model):
    """Where things are kept."""

    files: DiskNow | None
    """Of the file store; ``null`` where that is away, or elsewhere and has no end."""
    files_reachable: bool
    """Whether uploads can be kept."""
    data: DiskNow
    """Of the folder with all else."""


class ServerNow(Model):
    """How the server does at this moment."""

    version: str
    measured_at: Moment
    started_at: Moment
    uptime_seconds: int
    processes: int
    """Processes of this machine that answer requests."""
    machine: MachineNow
    requests: RequestsTaken
    workers: WorkersNow
    jobs: JobsByState
    database: DatabaseNow
    storage: StorageNow
