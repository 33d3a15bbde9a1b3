FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY adapters ./adapters
COPY jobs ./jobs
# Compiled once here, what is loaded only when it is needed included, so that the read-only container starts with it.
ENV NODE_COMPILE_CACHE=/app/.compile-cache
RUN node --input-type=module --eval "for (const file of ['app/app', 'app/platform-slack', 'app/platform-teams', 'providers/registry']) await import('/app/src/' + file + '.ts')"
USER node
EXPOSE 3000
CMD ["node", "src/main.ts"]
