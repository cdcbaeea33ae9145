# One image for the web process, the worker and migrations: only the command differs (docs/container.md).
ARG BASE_IMAGE=python:3.11-slim-bookworm

# --- Build: the packages, the static files and the bytecode ----------------------------------------
# hadolint ignore=DL3006
FROM ${BASE_IMAGE} AS build
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt /app/
RUN pip install --no-compile -r /app/requirements.txt && pip uninstall --yes setuptools pip
COPY . /app/
WORKDIR /app
# The key signs nothing: it lives only while this line runs. Files of the site belong to root.
RUN DEBUG=false VAR_DIR=/tmp/var STATIC_ROOT=/srv/static \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/var
# The image never changes, so Python need not compare bytecode with its source at every start.
RUN find /app /opt/venv -name __pycache__ -prune -exec rm -rf {} + \
    && python -m compileall -q --invalidation-mode unchecked-hash /app /opt/venv/lib \
    && chmod -R go-w,a+rX /app /opt/venv /srv/static

# --- Run: what the build made, and a user who may write to /var/lib/clinic only --------------------
# hadolint ignore=DL3006
FROM ${BASE_IMAGE} AS run
LABEL org.opencontainers.image.title="Clinic website" org.opencontainers.image.licenses="MIT"
RUN useradd --uid 10001 --user-group --no-log-init --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin clinic \
    && install --directory --owner clinic --group clinic --mode 0700 /var/lib/clinic \
    && python -m compileall -q --invalidation-mode unchecked-hash \
        -x '/(site-packages|dist-packages|test|tests|idlelib|lib2to3|ensurepip|tkinter|turtledemo)/' \
        "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/static /srv/static
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DEBUG=false \
    PORT=8000 \
    WEB_BIND=0.0.0.0 \
    VAR_DIR=/var/lib/clinic \
    STATIC_ROOT=/srv/static
USER 10001:10001
VOLUME /var/lib/clinic
EXPOSE 8000
STOPSIGNAL SIGTERM
# The web process; compose.yaml gives the worker its own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "clinic_site.probe"]
CMD ["gunicorn", "clinic_site.wsgi"]
