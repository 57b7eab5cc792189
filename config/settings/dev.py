"""For work on the code: DEBUG pages, no TLS, static files as they are."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-development-and-as-long-as-the-site-wants-it")
os.environ.setdefault("HTTPS", "false")

from config.settings.base import *  # noqa: F403

DEBUG = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
