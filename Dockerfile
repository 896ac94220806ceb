# syntax=docker/dockerfile:1
# One image for web, worker and scheduler; docker-compose.yml gives each its command.

FROM python:3.13-slim-bookworm AS build
RUN pip install --no-cache-dir uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/venv
WORKDIR /app
# The locked packages change rarely, so they get a layer of their own; no servers, no test tools.
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-default-groups
COPY . .
# Static files and translations are part of the image. Development settings are enough to collect them, and need no secret.
RUN VAR_DIR=/build DJANGO_SETTINGS_MODULE=insureweb.settings.dev /opt/venv/bin/python manage.py collectstatic --noinput -v 0 \
 && DJANGO_SETTINGS_MODULE=insureweb.settings.dev /opt/venv/bin/python manage.py compile_words

FROM python:3.13-slim-bookworm
RUN groupadd --gid 10001 insureweb \
 && useradd --uid 10001 --gid insureweb --no-create-home --shell /usr/sbin/nologin insureweb \
 && install -d -o insureweb -g insureweb /var/lib/insureweb
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=insureweb.settings.prod VAR_DIR=/var/lib/insureweb STATIC_ROOT=/app/static-collected
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY --from=build /build/static /app/static-collected
USER insureweb
VOLUME /var/lib/insureweb
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 \
  CMD ["python", "-m", "insureweb.ops.healthcheck"]
CMD ["gunicorn", "insureweb.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "4", "--preload", "--timeout", "60", "--max-requests", "20000", "--max-requests-jitter", "2000", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
