# The migrator image: one native executable on a base without a shell.
#
#   docker build -t migrator .
#   docker buildx build --platform=linux/amd64,linux/arm64 --build-arg=VERSION=1.2.3 -t … --push .
#
# If Microsoft's registry is not reachable, use other base images:
#   SDK_IMAGE   Debian or Ubuntu with the .NET SDK of global.json and clang (gcc is enough if you do not cross-compile)
#   BASE_IMAGE  glibc 2.34 or newer, and for TLS OpenSSL 3 and CA certificates; nothing else is required
# The default tag of BASE_IMAGE is updated with .NET's security fixes. The tag of SDK_IMAGE has the version of global.json, because
# the lock file contains the version of that SDK's AOT compiler. Builds from the same digests produce the same executable.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0.401-noble-aot
ARG BASE_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
# A build with --sbom also scans the build context for packages.lock.json, because the executable does not list the packages
# that are linked into it.
ARG BUILDKIT_SBOM_SCAN_CONTEXT=true

# Cross-compiles: runs on the builder's architecture and compiles for the image's. The SDK does not support QEMU
# (https://github.com/dotnet/dotnet-docker/blob/main/samples/build-for-a-platform.md), and would take minutes there.
FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
ARG BUILDARCH
ARG TARGETARCH
# Cross-compiling needs the C library and the linker of the target architecture.
RUN case "$BUILDARCH-$TARGETARCH" in \
        amd64-arm64) packages="gcc-aarch64-linux-gnu libc6-dev-arm64-cross" ;; \
        arm64-amd64) packages="gcc-x86-64-linux-gnu libc6-dev-amd64-cross" ;; \
        *) exit 0 ;; \
    esac \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages \
 && rm -rf /var/lib/apt/lists/*
# The path affects the compiler's output: a different path produces a different executable.
WORKDIR /src
# Restores packages in a separate layer, so that a change of code does not download them again. In locked mode, so that the
# executable contains exactly the packages of the lock file, from which the SBOM is made. An SDK of another version has another
# version of the AOT compiler, which is also a package, and fails here.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY migrator/Migrator.csproj migrator/packages.lock.json migrator/
RUN dotnet restore migrator/Migrator.csproj --locked-mode
COPY .editorconfig ./
COPY migrator/ migrator/
# The version that `migrate version` prints. A release sets it from its git tag, as for the chart.
ARG VERSION=0.1.0
# Sets a fixed file time, because otherwise the layer would differ for each build.
ARG SOURCE_DATE_EPOCH=0
RUN dotnet publish migrator/Migrator.csproj --no-restore -c Release -a "$TARGETARCH" -p:Version="$VERSION" -o /out \
 && touch -d "@$SOURCE_DATE_EPOCH" /out/migrate

# No RUN instruction, so that the image can be built for any architecture.
FROM ${BASE_IMAGE}
# Metadata that registries show.
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="migrator" \
      org.opencontainers.image.description="Migrates a PostgreSQL schema, as a Kubernetes Job or by hand" \
      org.opencontainers.image.version="$VERSION"
# The only file that the image adds to its base. The migrator writes no files.
COPY --from=build /out/migrate /usr/local/bin/migrate
# The default of --dir. The folder is created when scripts are copied or mounted. If it is missing, the command fails instead
# of planning nothing.
ENV MIGRATE_DIR=/migrations
# A numeric user, because `runAsNonRoot` cannot check a name. 1654 is the user of Microsoft's base images; any other works.
USER 1654:1654
# The default command is `migrate up`. Arguments replace only the CMD: `docker run migrator status`.
ENTRYPOINT ["migrate"]
CMD ["up", "--dir=/migrations"]
