# Another base image: docker build --build-arg NODE_IMAGE=registry.example.com/node:24-bookworm-slim .
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY adapters ./adapters
COPY jobs ./jobs
# Compiled once here, what is loaded only when it is needed included, so that the read-only container starts with it.
ENV NODE_COMPILE_CACHE=/app/.compile-cache
RUN node --input-type=module --eval "for (const file of ['app/app', 'app/platform-slack', 'app/platform-teams', 'providers/registry', 'providers/aws/check', 'providers/azure/check', 'providers/google/check', 'providers/vsphere/check']) await import('/app/src/' + file + '.ts')"
USER node
EXPOSE 3000
CMD ["node", "src/main.ts"]
