#!/usr/bin/env bash
# Writes requirements.lock and the package-lock.json of app and shells anew from pyproject.toml and package.json:
# versions only, no address of any place they came from.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder"
"$folder/bin/pip" install --quiet --constraint requirements.lock --editable ".[dev]"
"$folder/bin/pip" freeze --exclude-editable | LC_ALL=C sort --ignore-case > requirements.lock.new
mv requirements.lock.new requirements.lock

npm --prefix app install --package-lock-only
npm --prefix shells install --package-lock-only
node scripts/tidy-lock.mjs
! grep -nE '://|@ ' requirements.lock app/package-lock.json shells/package-lock.json
