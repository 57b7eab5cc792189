"""Find a Chromium to drive: $CHROMIUM, else the system's own. Nothing is downloaded here."""

import os
import shutil

# Without the networking flags Chromium talks to its maker at every start, which a closed network refuses, slowly.
LAUNCH_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return chosen
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)
