from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "analysis"

    def ready(self) -> None:
        from analysis.services.made_files import forget_files_of
        from annotation.services.erasure import after_erasure

        after_erasure(forget_files_of)
