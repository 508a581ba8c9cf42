# wirewatch as one image: `wirewatch feeds`, `pipeline`, `notify`, … are its commands (see docker-compose.yml).
# Two stages: what fetches and builds stays in the first, so that the second holds neither pip nor a compiler.
FROM python:3.11.14-bookworm AS build
# Bytecode is made here, since nobody may write it later: without it a start takes two to three times as long.
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1 SOURCE_DATE_EPOCH=0
WORKDIR /src
COPY requirements/run.txt requirements/uv.txt requirements/
# Wheels only, each with the hash of the lock file: no package of others is compiled, and none is not in the lock.
RUN python -m venv --without-pip /opt/wirewatch \
 && python -m pip install --quiet --no-deps --require-hashes -r requirements/uv.txt \
 && uv pip install --quiet --python /opt/wirewatch/bin/python --only-binary :all: \
      --no-deps --require-hashes -r requirements/run.txt
COPY setup.py pyproject.toml README.md ./
COPY config config
COPY seeds seeds
COPY wirewatch wirewatch
COPY connectors connectors
COPY pipelines pipelines
RUN uv pip install --quiet --python /opt/wirewatch/bin/python --no-deps --no-build-isolation .

FROM python:3.11.14-slim-bookworm
# 10001: no user of the host. The folder for state belongs to it, and so does a new volume mounted there.
RUN groupadd --gid 10001 wirewatch \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin wirewatch \
 && install --directory --owner 10001 --group 10001 --mode 0750 /var/lib/wirewatch
COPY --from=build /opt/wirewatch /opt/wirewatch
ENV PATH=/opt/wirewatch/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    WIREWATCH_CONFIG=/etc/wirewatch WIREWATCH_DATA=/var/lib/wirewatch
USER 10001:10001
VOLUME /var/lib/wirewatch
STOPSIGNAL SIGTERM
ENTRYPOINT ["wirewatch"]
CMD ["--help"]
