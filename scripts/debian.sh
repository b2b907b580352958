#!/usr/bin/env bash
# Makes sure of the programs the tests need beside Python and Node; `make run` needs none of them.
set -euo pipefail
shopt -s nullglob
missing=()
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || missing+=(chromium)
fonts=(/usr/share/fonts/truetype/noto/NotoSans-*)
[ ${#fonts[@]} -gt 0 ] || missing+=(fonts-noto-core)
postgresql=(/usr/lib/postgresql/*/bin/pg_ctl)
command -v pg_ctl >/dev/null || [ ${#postgresql[@]} -gt 0 ] || missing+=(postgresql)
command -v redis-server >/dev/null || missing+=(redis-server)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need more programs: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet
apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
