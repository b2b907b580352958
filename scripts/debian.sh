#!/usr/bin/env bash
# Makes sure of the programs the tests need beside Python and Node; `make run` needs none of them.
set -euo pipefail
shopt -s nullglob
export DEBIAN_FRONTEND=noninteractive
missing=()
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || missing+=(chromium)
fonts=(/usr/share/fonts/truetype/noto/NotoSans-*)
[ ${#fonts[@]} -gt 0 ] || missing+=(fonts-noto-core)
postgresql=(/usr/lib/postgresql/*/bin/pg_ctl)
command -v pg_ctl >/dev/null || [ ${#postgresql[@]} -gt 0 ] || missing+=(postgresql)
command -v redis-server >/dev/null || missing+=(redis-server)

if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need more programs: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  apt-get update --quiet
  apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
fi

# It computes a fifth less than the browser itself and does the same; where it cannot be had, the browser serves.
if [ -z "${CHROMIUM:-}" ] && [ "$(id -u)" = 0 ] && ! command -v chromium-headless-shell >/dev/null; then
  apt-get update --quiet && apt-get install --yes --quiet --no-install-recommends chromium-headless-shell || true
fi
