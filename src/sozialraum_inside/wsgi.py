"""The Datenwerkstatt for its web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sozialraum_inside.settings")
application = get_wsgi_application()
