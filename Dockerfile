# 构建：docker build -t liandong .      运行：docker run -p 127.0.0.1:8501:8501 -v liandong-data:/data liandong
# 数据、密钥和权限文件都在卷 /data 里；第一次先装入台账：docker run --rm -v liandong-data:/data -v 台账:/inbox:ro liandong load /inbox
# Built where a registry and an index can be reached; runs without any network.

FROM python:3.13-slim AS build
WORKDIR /build
COPY . .
RUN python -m pip install --no-cache-dir uv \
    && uv export --locked --no-dev --no-emit-project --format requirements.txt --output-file requirements.txt \
    && python -m venv /opt/liandong \
    && uv pip install --python /opt/liandong/bin/python --require-hashes --requirements requirements.txt \
    && uv build --wheel --out-dir wheels \
    && uv pip install --python /opt/liandong/bin/python --no-deps wheels/*.whl

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home liandong \
    && install -d -o liandong -g liandong -m 700 /data /data/keys
COPY --from=build /opt/liandong /opt/liandong
COPY --chown=root:root data/settings.toml /etc/liandong/settings.toml
COPY --chown=root:root data/reference /etc/liandong/reference
# The key for pseudonyms has to outlive the container; a backup never holds it.
RUN sed -i 's|^key_file = "~/.config/liandong/person.key"|key_file = "/data/keys/person.key"|' /etc/liandong/settings.toml
ENV PATH=/opt/liandong/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    LIANDONG_SETTINGS=/etc/liandong/settings.toml \
    LIANDONG_DATA=/data
USER liandong
WORKDIR /data
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["liandong", "health", "--url", "http://127.0.0.1:8501"]
ENTRYPOINT ["liandong"]
# Inside a container every connection comes from outside: an access file says who may look (README, 谁能看什么).
CMD ["serve", "--address", "0.0.0.0"]
