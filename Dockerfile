# Two stages: the first installs from the hash lock, the second runs it as a user who may write nothing but the store.
ARG PYTHON=python:3.12-slim

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
# What runs holds no installer: it is filled from the one beside it.
RUN python3 -m venv /opt/build \
 && /opt/build/bin/pip install -q --require-hashes --no-deps -r requirements-build.lock \
 && python3 -m venv --without-pip /opt/syncd \
 && /opt/build/bin/pip --python /opt/syncd/bin/python install -q --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY connectors connectors
COPY examples examples
COPY mappings mappings
COPY syncd syncd
RUN /opt/build/bin/pip wheel -q --no-deps --no-build-isolation --wheel-dir /src/dist . \
 && /opt/build/bin/pip --python /opt/syncd/bin/python install -q --no-deps /src/dist/*.whl \
 && /opt/syncd/bin/python -m compileall -q /opt/syncd/lib

FROM ${PYTHON}
RUN groupadd --gid 10001 syncd \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/syncd --shell /usr/sbin/nologin syncd \
 && install -d -o 10001 -g 10001 -m 750 /var/lib/syncd
COPY --from=build /opt/syncd /opt/syncd
ENV PATH=/opt/syncd/bin:$PATH PYTHONUNBUFFERED=1 \
    SYNCD_CONFIG=/etc/syncd/config.toml SYNCD_SERVER__LISTEN=0.0.0.0:8080
USER 10001:10001
WORKDIR /var/lib/syncd
VOLUME /var/lib/syncd
EXPOSE 8080
STOPSIGNAL SIGTERM
# Not by urllib, which would ask a proxy that the environment names.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python3", "-c", "\
from http.client import HTTPConnection; web = HTTPConnection('127.0.0.1', 8080, timeout=4); \
web.request('GET', '/healthz'); raise SystemExit(web.getresponse().status != 200)"]
ENTRYPOINT ["syncd"]
CMD ["run"]
