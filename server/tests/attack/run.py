"""`make audit`: what looks for weaknesses. Each part prints what it found; the last line is JSON.

bandit over the server, advisories about what is built on, secrets in tracked files, licences, and the attacks of this
folder in their long form. What cannot be reached or is not installed is said in a line and is no finding.
"""

from __future__ import annotations

import importlib.metadata
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[3]
# Behind the standard library: server/tests has a folder named http.
sys.path += [str(ROOT / "server" / "tests"), str(ROOT / "server")]
EXAMPLES: Final = "60"
ALSO: Final = (
    "api_tokens", "contact", "invitations", "passkeys", "privacy", "providers", "second_factor", "security", "step_up",
    "throttle", "timing",
)  # fmt: skip
"""What beside this folder attacks: server/tests/http/test_*.py."""

MAY: Final = re.compile(
    r"0BSD|MIT|ISC|BSD|Apache|MPL|Mozilla Public|PSF|Python-2\.0|BlueOak|CC0|CC-BY-4|Unlicense|Zlib|HPND",
    re.IGNORECASE,
)
MUST_NOT: Final = re.compile(r"\bA?GPL|GNU (Affero )?General|SSPL|BUSL|Commons Clause", re.IGNORECASE)
LICENCES: Final = {
    "psycopg": "LGPL-3.0-only: used as it is, replaceable by whoever runs the server",
    "psycopg-*": "LGPL-3.0-only: the same",
    "sqlcipher3": "zlib: its file LICENSE says so, its metadata nothing",
    "app/@tailwindcss/oxide-*": "MIT, as @tailwindcss/oxide; made for other machines, the lock file says nothing",
    "shells/@img/sharp-libvips-*": "LGPL-3.0: makes the shells' icons, is in nothing that is given away",
}
"""Looked at by a person."""

SECRETS: Final = {
    "a private key": r"-----BEGIN (?:RSA |EC |OPENSSH |ENCRYPTED )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}",
    "an AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{60,}",
    "a Google key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "a Slack token": r"\bxox[abprs]-[0-9A-Za-z-]{20,}",
    "a Stripe key": r"\b[rs]k_live_[0-9A-Za-z]{20,}",
    "a JSON Web Token": r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}",
    "a password in an address": r"\b[a-z][a-z0-9+]+://[^\s:/@'\"{}<>$]+:(?!secret\b|password\b|x\b|outlay\b)[^\s/@'\"{}<>$]{6,}@",
}
NAMED: Final = re.compile(
    r"(?i)(?:secret|token|passw(?:or)?d|api_?key|private_?key)[\"']?\s*[:=]\s*[\"']([A-Za-z0-9+/_=-]{24,})[\"']"
)
ENTROPY_BITS: Final = 4.3
"""Of each character of a text that is called a secret: words have fewer, random letters more."""


def main() -> int:
    findings: list[str] = []
    for name, part in (
        ("bandit", bandit), ("advisories", advisories), ("secrets", secrets), ("licences", licences),
    ):  # fmt: skip
        found = part()
        print(f"{name}: {len(found)} found", flush=True)
        findings += [f"{name}: {each}" for each in found]
    attacked, failed = attacks()
    findings += [f"attack: {each}" for each in failed]
    routes = every_route()
    reached = {route for route, _ in attacked} & routes
    for route in sorted(routes - reached):
        findings.append(f"attack: {route} was not attacked")
    for finding in findings:
        print(f"  {finding}")
    print(json.dumps({
        "routes": len(routes), "routes_attacked": len(reached), "attacks": sum(attacked.values()),
        "kinds": len({how for _, how in attacked}), "findings": len(findings),
    }))  # fmt: skip
    return 1 if findings else 0


def bandit() -> list[str]:
    """Exceptions stand in pyproject.toml and beside the lines, each with its reason."""
    done = run(
        [sys.executable, "-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "server/outlay", "-f", "json"]
    )
    answer = json.loads(done.stdout)
    return [
        f"{each['test_id']} {Path(each['filename']).as_posix()}:{each['line_number']} {each['issue_text']}"
        for each in answer["results"]
    ] + [str(error) for error in answer["errors"]]


def advisories() -> list[str]:
    """Known weaknesses of the locked versions: osv.dev for Python, npm's own for the app and the shells."""
    return [*python_advisories(), *npm_advisories("app"), *npm_advisories("shells")]


def python_advisories() -> list[str]:
    locked = re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    asked = {
        "queries": [
            {"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in locked
        ]
    }
    request = urllib.request.Request(
        "https://api.osv.dev/v1/querybatch", json.dumps(asked).encode(), {"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            results = json.load(answer)["results"]
    except (OSError, ValueError, KeyError) as error:
        print(f"  osv.dev cannot be reached ({type(error).__name__}): no advisories for Python")
        return []
    return [
        f"{name} {version}: {each['id']}"
        for (name, version), result in zip(locked, results, strict=True)
        for each in result.get("vulns", ())
    ]


def npm_advisories(folder: str) -> list[str]:
    try:
        done = run(["npm", "audit", "--json", "--package-lock-only"], cwd=ROOT / folder, timeout_s=90)
        answer = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        print(f"  npm audit of {folder} did not run ({type(error).__name__})")
        return []
    if "vulnerabilities" not in answer:
        print(f"  npm audit of {folder}: its registry answers no advisories")
        return []
    return [f"{folder}: {name} ({each['severity']})" for name, each in answer["vulnerabilities"].items()]


def secrets() -> list[str]:
    """In every tracked text."""
    found = []
    for name in run(["git", "ls-files", "-z"]).stdout.split("\0"):
        path = ROOT / name
        if not name or not path.is_file() or path.stat().st_size > 2_000_000:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            found += [f"{name}:{number} looks like {what}" for what in told_secrets(line)]
        if re.search(SECRETS["a private key"], text):
            found.append(f"{name} holds a private key")
    return found


def told_secrets(line: str) -> list[str]:
    """What a line seems to give away."""
    found = [what for what, pattern in SECRETS.items() if re.search(pattern, line)]
    named = [
        text for text in NAMED.findall(line) if "EXAMPLE" not in text
    ]  # as documents of providers have it
    return found + ["a secret" for text in named if entropy(text) > ENTROPY_BITS]


def entropy(text: str) -> float:
    """Shannon's, in bits of each character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def licences() -> list[str]:
    """Of every distribution that is installed for Python and every package of the lock files of npm."""
    found: dict[str, str] = {}
    for each in importlib.metadata.distributions():
        data = each.metadata
        named = [
            text.rpartition("::")[2].strip()
            for text in data.get_all("Classifier") or ()
            if "License ::" in text
        ]
        found[data["Name"]] = (
            data.get("License-Expression") or ", ".join(named) or (data.get("License") or "")[:80]
        )
        if not MAY.search(found[data["Name"]]) and data.get("License"):
            found[data["Name"]] += f" {data['License'][:80]}"
    for folder in ("app", "shells"):
        for path, package in json.loads((ROOT / folder / "package-lock.json").read_text())[
            "packages"
        ].items():
            if path.startswith("node_modules/"):
                found[f"{folder}/{path.rpartition('node_modules/')[2]}"] = str(package.get("license", ""))
    print(f"  {len(found)} packages: " + ", ".join(
        f"{count} {name}" for name, count in Counter(found.values()).most_common(8)
    ))  # fmt: skip
    return [
        f"{name}: {text or 'unknown'}" for name, text in sorted(found.items()) if not may_be_used(name, text)
    ]


def may_be_used(name: str, text: str) -> bool:
    """A choice (`MIT OR GPL-3.0`) is as good as its best side."""
    if any(fnmatch(name, known) for known in LICENCES):
        return True
    return any(MAY.search(side) and not MUST_NOT.search(side) for side in re.split(r"\bOR\b", text))


def attacks() -> tuple[Counter[tuple[str, str]], list[str]]:
    """((route, how) → times, the tests that failed)."""
    from attack.tally import FILE

    with tempfile.TemporaryDirectory(prefix="outlay-audit-") as folder:
        tally = Path(folder) / "attacks"
        environ = {"OUTLAY_TEST_EXAMPLES": EXAMPLES, **os.environ, FILE: str(tally)}
        files = ["server/tests/attack", *(f"server/tests/http/test_{name}.py" for name in ALSO)]
        done = run(
            [sys.executable, "-m", "pytest", "-q", "-n", "2", "-rfE", "--no-header", "--proofs", "too", *files],
            environ=environ, timeout_s=3600,
        )  # fmt: skip
        print(done.stdout[-3000:])
        lines = tally.read_text().splitlines() if tally.exists() else []
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    if done.returncode and not failed:
        failed = [f"pytest ended with {done.returncode}: {done.stderr[-500:]}"]
    return Counter((route, how) for route, _, how in (line.partition("\t") for line in lines)), failed


def every_route() -> set[str]:
    from outlay.main import build_app
    from outlay.settings import Settings
    from routes import routes_of

    return {f"{method} {path}" for method, path in routes_of(build_app(Settings()))}


def run(
    command: list[str], *, cwd: Path = ROOT, environ: dict[str, str] | None = None, timeout_s: int = 600
) -> subprocess.CompletedProcess[str]:
    more: dict[str, Any] = {"env": environ} if environ else {}
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=timeout_s, check=False, **more
    )


if __name__ == "__main__":
    sys.exit(main())
