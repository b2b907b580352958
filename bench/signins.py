"""Sign-ins at a steady pace, in a process of its own: `python signins.py PORT A_SECOND`.

Says `ready`, begins with a line on its standard input and ends with the next one; then it prints one line of JSON:
{asked, signed_in, busy, p50_ms}. Nobody waits for an answer before the next one asks.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import httpx
from clients import EMAIL, PASSWORD


async def main(port: int, a_second: float) -> None:
    body = {"email": EMAIL, "password": PASSWORD, "client": "native"}
    codes: list[int] = []
    took_s: list[float] = []

    async def sign_in(client: httpx.AsyncClient) -> None:
        begun = time.perf_counter()
        answer = await client.post("/api/v1/auth/sign-in", json=body)
        codes.append(answer.status_code)
        if answer.status_code == 200:
            took_s.append(time.perf_counter() - begun)

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120, limits=limits) as client:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        ended = asyncio.ensure_future(asyncio.to_thread(sys.stdin.readline))
        asked: list[asyncio.Task[None]] = []
        begun = time.perf_counter()
        while not ended.done():
            asked.append(asyncio.create_task(sign_in(client)))
            await asyncio.sleep(max(0.0, begun + len(asked) / a_second - time.perf_counter()))
        await asyncio.gather(*asked)
    print(json.dumps({
        "asked": len(codes), "signed_in": codes.count(200), "busy": codes.count(503),
        "p50_ms": sorted(took_s)[len(took_s) // 2] * 1000 if took_s else 0.0,
    }))  # fmt: skip


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
