#!/usr/bin/env bash
# Brings an S3 server for the tests (server/tests/files/test_objects.py) into .tools/s3: moto's, with an environment of
# its own, because botocore wants an older python-dateutil than Outlay's.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .tools/s3/bin/moto_server ] && exit 0
"${PYTHON:-python3}" -m venv .tools/s3
.tools/s3/bin/pip install --quiet --no-compile 'moto[s3,server]==5.2.5'
