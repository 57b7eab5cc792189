from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        # Each app registers its kinds of run in APP/run_kinds.py. Those modules stay light: the site imports them too.
        autodiscover_modules("run_kinds")
