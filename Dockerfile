# The site alone, without a database: see compose.yaml, and docs/operations.md for what was and was not run.
FROM python:3.11-slim AS packages
WORKDIR /build
COPY requirements.lock .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=8000
# A fixed number, so that a volume's owner is the same on every host.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin understudy \
    && install --directory --owner understudy --mode 700 /data
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
# The key only lets Django start; nothing that is collected depends on it, and no layer keeps it.
RUN SECRET_KEY=only-to-collect-static-files python manage.py collectstatic --no-input
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-m", "config.healthcheck"]
CMD ["python", "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
