import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insureweb.settings.prod")
application = get_wsgi_application()

# Makes our Celery application the current one: without it every event waits seconds for a broker that is not ours.
from insureweb import celery  # noqa: E402, F401
