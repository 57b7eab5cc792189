import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from config.env import refuse_short_key

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
try:
    refuse_short_key(settings.SECRET_KEY)
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.exit(str(error))  # a traceback would hide what there is to correct
