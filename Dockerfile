# Another base image, or the same one by its digest:
# docker build --build-arg NODE_IMAGE=docker.io/library/node:24-bookworm-slim@sha256:… .
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM ${NODE_IMAGE} AS bundle
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts/bundle.mjs scripts/unbundled.mjs ./scripts/
COPY src ./src
COPY adapters ./adapters
COPY jobs ./jobs
RUN node scripts/bundle.mjs

# Everything that is put together with a shell is put together here; /app holds what the image will, at its place.
FROM ${NODE_IMAGE} AS tree
WORKDIR /build
COPY scripts/image-tree.mjs scripts/unbundled.mjs ./scripts/
COPY adapters/teams/icons ./adapters/teams/icons
COPY adapters/web/assets ./adapters/web/assets
COPY package.json package-lock.json ./
COPY --from=bundle /app/node_modules ./node_modules
RUN node scripts/image-tree.mjs /app && cp package.json /app/ \
  && npm sbom --omit=dev --package-lock-only --sbom-format=cyclonedx > /app/sbom.cdx.json
WORKDIR /app
COPY --from=bundle /app/dist /app/dist
# Compiled once here, what is loaded only when it is needed included, so that the read-only container starts with it. The
# start itself ends for want of settings.
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/.compile-cache
RUN node dist/bot/main.mjs 2>/dev/null || node --input-type=module --eval "for (const file of fs.readdirSync('dist/bot')) if (/^(?!main).*mjs$/.test(file)) await import('/app/dist/bot/' + file)"
RUN printf '#!/usr/local/bin/node\nimport("/app/dist/cli/xoap.mjs");\n' > /usr/local/bin/xoap && chmod 755 /usr/local/bin/xoap && xoap --version
# What Node and the library that draws need of the system, and no more: no shell, no package manager.
RUN mkdir -p /system/usr/local/bin /system/etc/ssl/certs /system/tmp /system/app && chmod 1777 /system/tmp \
  && cp /usr/local/bin/node /usr/local/bin/xoap /system/usr/local/bin/ \
  && find / -xdev -name '*.node' -path '/app/*' -print0 | xargs -0 ldd /usr/local/bin/node \
    | awk '$3 ~ /^\// { print $3 } $1 ~ /^\/.*ld-/ { print $1 }' | sort -u \
    | xargs cp --parents --dereference --target-directory=/system \
  && { cp /etc/ssl/certs/ca-certificates.crt /system/etc/ssl/certs/ 2>/dev/null || true; } \
  && grep -E '^(root|node):' /etc/passwd > /system/etc/passwd && grep -E '^(root|node):' /etc/group > /system/etc/group \
  && printf 'hosts: files dns\n' > /system/etc/nsswitch.conf && printf '127.0.0.1 localhost\n' > /system/etc/hosts

# What each image begins with, but for /app.
FROM scratch AS start
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="xoap-chatops" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.description="Proves in Slack and Teams what a cloud credential can do before an image build needs it" \
  org.opencontainers.image.licenses="Apache-2.0"
COPY --from=tree /system /
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/.compile-cache PATH=/usr/local/bin
WORKDIR /app
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["node", "dist/health/health-check.mjs"]
CMD ["node", "dist/bot/main.mjs"]

# Pictures are drawn by workers: for processes with XOAP_PROCESS=bot, docker build --target bot .
FROM tree AS without-pictures
RUN rm -rf node_modules/@napi-rs node_modules/dejavu-fonts-ttf
FROM start AS bot
COPY --from=without-pictures /app /app

FROM start
COPY --from=tree /app /app
