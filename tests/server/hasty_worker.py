"""The site's worker with time-outs of a second, so that the tests need not wait for the real ones."""

from config import worker


class HastyWorker(worker.BufferingWorker):
    def init_process(self) -> None:
        worker.REQUEST_SECONDS = worker.GRACE_SECONDS = 1
        super().init_process()
