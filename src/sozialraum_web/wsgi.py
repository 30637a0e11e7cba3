"""The door for the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sozialraum_web.settings")
application = get_wsgi_application()
# What is loaded by now stays for good; the collector need not look through it again in the middle of a page.
gc.collect()
gc.freeze()
