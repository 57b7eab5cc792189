"""How the site is served: a few processes with a few threads each, sharing one loaded copy of the code.

No access log: a participant's address holds the secret of their assignment. A proxy in front should keep none either.
"""

import gc
import os
import sys
from importlib import import_module
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.env import env_bool, env_int, env_port, env_text, load_env_file, refuse_wrong_settings, settings_file

# Before numpy is loaded: processes that each take all cores for one matrix product only get in each other's way.
for threads_of in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads_of, "1")

load_env_file(settings_file())

bind = f"{env_text('HOST', '127.0.0.1')}:{env_port('PORT', 8000)}"
worker_class = "config.worker.BufferingWorker"
workers = env_int("WEB_CONCURRENCY", 2, minimum=1)
threads = env_int("THREADS", 4, minimum=1)
preload_app = True
timeout = 60
graceful_timeout = 30
keepalive = 5
logger_class = "config.server_log.DiscreetServerLog"
accesslog = "-" if env_bool("ACCESS_LOG", False) else None
loglevel = "warning"
# The heartbeat file in memory: on a slow disk a busy worker would be taken for dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes a private file in it
# Nobody steers this server but its process signals.
no_control_socket = True

try:
    refuse_wrong_settings()
except ImproperlyConfigured as error:
    sys.exit(str(error))


def when_ready(server):
    load_the_pages()
    if env_bool("KEEP_WORKER", False):
        from config.kept_worker import keep_worker

        keep_worker()
    if parent := os.environ.get("STOP_WITH_PARENT"):  # set by annotation/rehearsal/server.py
        from config.kept_worker import stop_with_parent

        stop_with_parent(int(parent))
    server.log.warning("Ready at http://%s", bind)


def load_the_pages():
    """Import every view once, in the parent, so that no visitor waits and the processes share the memory."""
    from django.conf import settings

    import_module(settings.ROOT_URLCONF)


def pre_fork(server, worker):
    """What is loaded now stays: let the garbage collector pass over it, and the processes go on sharing it."""
    gc.freeze()


def post_fork(server, worker):
    """A connection opened while the code was loaded belongs to the parent; two processes on one would mix answers."""
    from django.db import connections

    connections.close_all()
