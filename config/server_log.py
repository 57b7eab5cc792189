"""The server's own log; apart from logs.py because manage.py commands need no gunicorn."""

from gunicorn import glogging

from config.logs import DiscreetFormatter


class DiscreetServerLog(glogging.Logger):
    """Requests that failed before Django saw them, through the same formatter."""

    def setup(self, cfg) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            format_string = self.access_fmt if handler in self.access_log.handlers else self.error_fmt
            handler.setFormatter(DiscreetFormatter(format_string, self.datefmt))
