"""Ask the server of this machine whether it answers; the container's health check."""

import sys
import urllib.request

from config.env import env_list, env_port


def main() -> int:
    request = urllib.request.Request(
        f"http://127.0.0.1:{env_port('PORT', 8000)}/healthz",
        headers={"Host": a_host_it_answers_to(env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]"))},
    )
    try:
        with urllib.request.urlopen(request, timeout=4) as response:  # noqa: S310 - our own address, see above
            return 0 if response.status == 200 else 1
    except OSError as error:
        print(f"no answer: {error}", file=sys.stderr)
        return 1


def a_host_it_answers_to(allowed: list[str]) -> str:
    """Django turns strangers away by the Host header, so the check introduces itself by an allowed name."""
    first = allowed[0] if allowed else "localhost"
    return "localhost" if first == "*" else first.removeprefix(".")


if __name__ == "__main__":
    sys.exit(main())
