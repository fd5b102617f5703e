# Everything ready to run, for those who prefer a container:
#
#   docker build -t strop . && docker run --rm -it --network=host strop
#
# The server answers 127.0.0.1 only, hence the host's network.
FROM node:22-bookworm
WORKDIR /strop
COPY . .
RUN node scripts/setup.mjs
RUN scripts/toolchain install python3-pip && node wasm/dist/cli.js fetch-model
CMD ["npm", "start"]
