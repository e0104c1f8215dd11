# The migrator image: one native executable on a distroless base. Build: docker build -t migrator .
# Both bases can be replaced, for networks that cannot reach this registry.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0-noble
ARG BASE_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled

FROM ${SDK_IMAGE} AS build
# Native AOT links with clang and zlib, which the SDK image leaves out.
RUN apt-get update \
 && apt-get install -y --no-install-recommends clang zlib1g-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY migrator/ migrator/
RUN dotnet publish migrator/Migrator.csproj -c Release -r "linux-$(dpkg --print-architecture | sed s/amd64/x64/)" -o /out

FROM ${BASE_IMAGE}
COPY --from=build /out/migrate /usr/local/bin/migrate
# Where scripts are mounted or copied to; --dir and MIGRATE_DIR name another folder.
ENV MIGRATE_DIR=/migrations
ENTRYPOINT ["migrate"]
CMD ["up", "--dir=/migrations"]
