"""CPU per call of a language model: through the runner, by the client alone, by bare httpx2 and by aiohttp, in one run.

    .venv/bin/python benchmarks/llm_calls.py

All ask the same fast fake server (a process of its own) with prompts of 4 kB, at 8 and 64 calls in flight. CPU is that
of the asking process only. aiohttp is measured where it is installed. The runner includes cache and database (a
temporary SQLite file).
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CALLS = 1_000
AT_ONCE = (8, 64)
PROMPT = "The quick brown fox jumps over the lazy dog and thinks about it. " * 62
REPLY = json.dumps(
    {
        "model": "fast",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "A"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 1},
    }
).encode()


# --- The server --------------------------------------------------------------------------------------
async def answer(reader, writer):
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(REPLY)
    while line := await reader.readuntil(b"\r\n\r\n"):
        length = int(line.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        writer.write(head + REPLY)


async def serve():
    async def quietly(reader, writer):
        try:
            await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(quietly, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


# --- Who asks ----------------------------------------------------------------------------------------
def requests(calls):
    from llm.chat import ChatRequest, Sampling, chat

    return [ChatRequest(chat(f"{number} {PROMPT}"), Sampling(max_tokens=4)) for number in range(calls)]


def endpoint_at(port, at_once):
    from llm.endpoints import Endpoint

    return Endpoint("fast", f"http://127.0.0.1:{port}/v1", "fast", at_once=at_once)


def bodies(calls):
    return [{"model": "fast", "messages": [{"role": "user", "content": f"{n} {PROMPT}"}]} for n in range(calls)]


async def pooled(post, calls, at_once):
    places = asyncio.Semaphore(at_once)

    async def one(body):
        async with places:
            return json.loads(await post(json.dumps(body).encode()))["choices"][0]["message"]["content"]

    return await asyncio.gather(*(one(body) for body in bodies(calls)))


def by_httpx2(port, at_once, calls):
    import httpx2

    async def run():
        limits = httpx2.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        async with httpx2.AsyncClient(limits=limits, trust_env=False, timeout=60) as client:

            async def post(data):
                headers = {"content-type": "application/json"}
                return (await client.post(f"http://127.0.0.1:{port}/v1/chat", content=data, headers=headers)).content

            return await pooled(post, calls, at_once)

    return asyncio.run(run())


def by_aiohttp(port, at_once, calls):
    import aiohttp

    async def run():
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:

            async def post(data):
                headers = {"content-type": "application/json"}
                url = f"http://127.0.0.1:{port}/v1/chat"
                async with session.post(url, data=data, headers=headers) as response:
                    return await response.read()

            return await pooled(post, calls, at_once)

    return asyncio.run(run())


def by_client(port, at_once, calls):
    from llm.client import HttpModel
    from llm.many import replies

    return [one for one in replies(HttpModel(endpoint_at(port, at_once)), requests(calls)) if one]


def by_runner(port, at_once, calls):
    from django.db import transaction

    from llm.client import HttpModel
    from model_calls.services.answers import keep_answers
    from model_calls.services.asking import ask

    model, asked = HttpModel(endpoint_at(port, at_once)), []
    wanted = requests(calls)
    # In parts of a hundred, as chunks of a run are.
    for start in range(0, calls, 100):
        for batch in ask(model, wanted[start : start + 100]):
            with transaction.atomic():
                keep_answers(model, batch)
            asked += batch
    return asked


WAYS = {"aiohttp": by_aiohttp, "httpx2": by_httpx2, "client": by_client, "runner": by_runner}


def measure(way, port, at_once):
    """In a process of its own: milliseconds of CPU per call, and calls per second."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    if way == "runner":
        prepare_database()
    # Imports and the first connections are not what is measured.
    WAYS[way](port, at_once, 20 if way != "runner" else 1)
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    answers = WAYS[way](port, at_once, CALLS)
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    assert len(answers) == CALLS
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"ms": 1000 * cpu / CALLS, "calls_per_second": CALLS / took, "calls_per_cpu_second": CALLS / cpu}))


def prepare_database():
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def main():
    server = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True)
    port = server.stdout.readline().strip()
    print("| | " + " | ".join(f"{n} at once: CPU ms a call, calls a second" for n in AT_ONCE) + " |")
    print("| --- |" + " --- |" * len(AT_ONCE))
    try:
        for way in WAYS:
            print(f"| {way} | " + " | ".join(measured(way, port, at_once) for at_once in AT_ONCE) + " |", flush=True)
    finally:
        server.kill()


def measured(way, port, at_once):
    with tempfile.TemporaryDirectory() as folder:
        own = {
            "DATA_DIR": folder,
            "ENV_FILE": "",
            "SECRET_KEY": "x" * 50,
            "DATABASE_URL": f"sqlite:///{folder}/b.sqlite3",
        }
        environment = os.environ | own | {"DJANGO_SETTINGS_MODULE": "config.settings.base", "LLM_ENDPOINTS": ""}
        done = subprocess.run(
            [sys.executable, __file__, way, port, str(at_once)], env=environment, capture_output=True, text=True
        )
    if done.returncode:
        return "not installed" if "ModuleNotFoundError" in done.stderr else done.stderr.strip().splitlines()[-1]
    found = json.loads(done.stdout.splitlines()[-1])
    return f"{found['ms']:.2f}, {found['calls_per_second']:.0f}"


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "serve":
        asyncio.run(serve())
    else:
        measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))
