"""For the test suite: fast password hashing, no TLS, static files without a manifest."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ["HTTPS"] = "false"

from config.settings.base import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
AXES_ENABLED = False
