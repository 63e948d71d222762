# Kith as an image: the program, its locked dependencies, a user without rights. Data live in /srv/kith.
FROM python:3.11-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 \
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 \
    KITH_DATA=/srv/kith NUMBA_CACHE_DIR=/srv/kith/compiled
WORKDIR /opt/kith
COPY requirements.lock ./
RUN pip install --quiet --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY graph graph
COPY matching matching
COPY oauth oauth
COPY prioritization prioritization
RUN pip install --quiet --no-deps --no-build-isolation . \
 && useradd --uid 10001 --create-home kith \
 && install -d -o kith -g kith -m 700 /srv/kith
USER kith
VOLUME /srv/kith
EXPOSE 8000
ENTRYPOINT ["kith"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
