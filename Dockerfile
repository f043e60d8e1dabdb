# Two stages: the first installs from the hash lock, the second runs it as a user who may write nothing but /data.
ARG PYTHON=python:3.12-slim

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python3 -m venv /opt/build \
 && /opt/build/bin/pip install -q --require-hashes --no-deps -r requirements-build.lock \
 && python3 -m venv /opt/syncd \
 && /opt/syncd/bin/pip install -q --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY connectors connectors
COPY examples examples
COPY mappings mappings
COPY syncd syncd
RUN /opt/build/bin/pip wheel -q --no-deps --no-build-isolation --wheel-dir /src/dist . \
 && /opt/syncd/bin/pip install -q --no-deps /src/dist/*.whl \
 && /opt/syncd/bin/python -m compileall -q /opt/syncd/lib

FROM ${PYTHON}
RUN groupadd --gid 10001 syncd \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin syncd \
 && mkdir /data && chown 10001:10001 /data
COPY --from=build /opt/syncd /opt/syncd
ENV PATH=/opt/syncd/bin:$PATH PYTHONUNBUFFERED=1 SYNCD_CONFIG=/data/config.toml
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["syncd"]
CMD ["run"]
