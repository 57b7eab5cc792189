from jobs.models.chunk import Chunk, ChunkState, Phase, RunError
from jobs.models.run import ENDED, Run, RunEvent, RunState, Wanted
from jobs.models.worker import DEAD_AFTER, ScheduledTask, Worker

__all__ = [
    "DEAD_AFTER",
    "ENDED",
    "Chunk",
    "ChunkState",
    "Phase",
    "Run",
    "RunError",
    "RunEvent",
    "RunState",
    "ScheduledTask",
    "Wanted",
    "Worker",
]
