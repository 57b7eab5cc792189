from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    name = "annotation"

    def ready(self) -> None:
        from annotation.services.annotation_plan import ANNOTATIONS
        from annotation.services.question_plan import QUESTIONS
        from files.kinds import register

        register(QUESTIONS)
        register(ANNOTATIONS)
