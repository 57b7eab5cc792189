from django.db import models


class FloorAnswer(models.Model):
    code = models.CharField(max_length=32)
    step = models.CharField(max_length=20)
    choice = models.CharField(max_length=1)
    justification = models.TextField()

    class Meta:
        app_label = "floor"
