"""For the test suite: fast password hashing, no TLS, static files without a manifest."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# The tests' own settings, not those of the site that .env configures.
os.environ["ENV_FILE"] = ""
os.environ.setdefault("SECRET_KEY", "only-for-tests-and-as-long-as-the-site-wants-it")
os.environ["HTTPS"] = "false"
os.environ["LLM_ENDPOINTS"] = ""

from config.settings.base import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
# Files straight from static/, without a collectstatic before the tests.
WHITENOISE_AUTOREFRESH = True
AXES_ENABLED = False

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    # A file, not memory: the browser tests' server threads need connections of their own, under the locking that
    # production has. One folder per process, so that two test runs do not meet.
    TEST_FOLDER = Path(tempfile.mkdtemp(prefix="understudy-test-"))
    atexit.register(shutil.rmtree, TEST_FOLDER, ignore_errors=True)
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_FOLDER / "test.sqlite3")}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] = (  # noqa: F405
        # OFF: a test database need not survive a power cut.
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;PRAGMA busy_timeout=20000;"
    )

ERASURES_FILE = Path(tempfile.mkdtemp(prefix="understudy-test-erasures-")) / "erasures.jsonl"
atexit.register(shutil.rmtree, ERASURES_FILE.parent, ignore_errors=True)
FILES_DIR = Path(tempfile.mkdtemp(prefix="understudy-test-files-"))
RUNS_IN_BACKGROUND = False
atexit.register(shutil.rmtree, FILES_DIR, ignore_errors=True)
