# The migrator image: one native executable on a base without a shell.
#
#   docker build -t migrator .
#   docker buildx build --platform=linux/amd64,linux/arm64 --build-arg=VERSION=1.2.3 -t … --push .
#
# Where Microsoft's registry cannot be reached, other bases will do:
#   SDK_IMAGE   a Debian or Ubuntu with the .NET 10 SDK and clang (gcc will do when not compiling for another architecture)
#   BASE_IMAGE  glibc 2.34 or newer, OpenSSL 3 and CA certificates, for TLS; no more is asked of it
# The default tags move with .NET's security fixes. Two builds from the same digests give the same executable.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0-noble-aot
ARG BASE_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
# An executable does not tell what is linked into it; packages.lock.json does, and a build with --sbom looks there, too.
ARG BUILDKIT_SBOM_SCAN_CONTEXT=true

# Runs on the builder's own architecture, and compiles for the image's: the SDK does not run under QEMU
# (https://github.com/dotnet/dotnet-docker/blob/main/samples/build-for-a-platform.md), and would take minutes there.
FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
ARG BUILDARCH
ARG TARGETARCH
# To link for the other architecture, its C library and linker.
RUN case "$BUILDARCH-$TARGETARCH" in \
        amd64-arm64) packages="gcc-aarch64-linux-gnu libc6-dev-arm64-cross" ;; \
        arm64-amd64) packages="gcc-x86-64-linux-gnu libc6-dev-amd64-cross" ;; \
        *) exit 0 ;; \
    esac \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages \
 && rm -rf /var/lib/apt/lists/*
# The path is part of what the compiler sees: another one, another executable.
WORKDIR /src
# First what packages depend on, so that a change of code does not fetch them again. Not in locked mode: the compiler is
# a package too, whose version comes with the SDK's.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY migrator/Migrator.csproj migrator/packages.lock.json migrator/
RUN dotnet restore migrator/Migrator.csproj
COPY migrator/ migrator/
# What `migrate version` answers. A release sets it from its tag, for image and chart as well.
ARG VERSION=0.1.0
# With the time of the build on it the file in the layer would differ each time.
ARG SOURCE_DATE_EPOCH=0
RUN dotnet publish migrator/Migrator.csproj --no-restore -c Release -a "$TARGETARCH" -p:Version="$VERSION" -o /out \
 && touch -d "@$SOURCE_DATE_EPOCH" /out/migrate

# Runs nothing, so that it can be put together for any architecture.
FROM ${BASE_IMAGE}
# What a registry shows of it.
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="migrator" \
      org.opencontainers.image.description="Migrates a PostgreSQL schema, as a Kubernetes Job or by hand" \
      org.opencontainers.image.version="$VERSION"
# All that the image adds to its base: it needs no file of its own but this, and writes none.
COPY --from=build /out/migrate /usr/local/bin/migrate
# For the commands that are given no --dir. The folder comes with the scripts: where it is missing, so are they, and
# that is an error instead of an empty plan.
ENV MIGRATE_DIR=/migrations
# A number, which is what `runAsNonRoot` can check; 1654 is the user of Microsoft's bases, any other will do.
USER 1654:1654
# The story's command when nothing else is said; arguments replace the CMD alone: `docker run migrator status`.
ENTRYPOINT ["migrate"]
CMD ["up", "--dir=/migrations"]
