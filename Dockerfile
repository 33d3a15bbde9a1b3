# Another base image: docker build --build-arg NODE_IMAGE=registry.example.com/node:24-bookworm-slim .
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE} AS bundle
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts/bundle.mjs ./scripts/
COPY src ./src
COPY adapters ./adapters
COPY jobs ./jobs
RUN node scripts/bundle.mjs

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=bundle /app/dist ./dist
COPY package.json ./
# What traces point into.
COPY src ./src
COPY adapters ./adapters
COPY jobs ./jobs
# Compiled once here, what is loaded only when it is needed included, so that the read-only container starts with it. The
# start itself ends for want of settings.
ENV NODE_COMPILE_CACHE=/app/.compile-cache
RUN node dist/bot/main.mjs 2>/dev/null || node --input-type=module --eval "for (const file of fs.readdirSync('dist/bot')) if (/^(?!main).*mjs$/.test(file)) await import('/app/dist/bot/' + file)"
RUN ln -s /app/dist/cli/xoap.mjs /usr/local/bin/xoap && xoap --version
USER node
EXPOSE 3000
CMD ["node", "dist/bot/main.mjs"]
