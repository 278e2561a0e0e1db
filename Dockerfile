# syntax=docker/dockerfile:1
# scripts/check-image checks this file without a container engine.

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
COPY config/ config/
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish src/Aurum.Host/Aurum.Host.csproj --configuration Release --arch $TARGETARCH --no-self-contained --output /out/app
# The data directory, empty: in the image it belongs to the user that the program runs as.
RUN mkdir /out/data

# glibc, OpenSSL, libstdc++ and certificates; no shell, no package manager. Without ICU and time zones, which Aurum does not use.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Aurum" \
      org.opencontainers.image.description="Collects economic, energy and weather time series from FRED, EIA, NOAA and the World Bank" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION
COPY --from=build /out/app/ /app/
COPY --from=build --chown=$APP_UID:$APP_UID /out/data/ /var/lib/aurum/
ENV AURUM_DATA_DIR=/var/lib/aurum
WORKDIR /var/lib/aurum
USER $APP_UID
EXPOSE 8080 4053
VOLUME /var/lib/aurum
HEALTHCHECK --interval=30s --timeout=5s --start-period=300s --retries=3 CMD ["/app/aurum", "probe", "live"]
ENTRYPOINT ["/app/aurum"]
CMD ["run", "--loop"]
