"""What every SDK's checks share: counting, errors, the simulator's log."""
import base64
import json
import sys
import time
import urllib.request

BASE, UPSTREAM = sys.argv[1], sys.argv[2]
TEXT = "forty two, ç🙂"
ASK = [{"role": "user", "content": "hi"}]
MEGABYTE = [{"role": "user", "content": "x" * 1_000_000}]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
ARGUMENTS = {"city": "São Paulo", "days": 2}
# Models that call a tool: behind a host that speaks OpenAI's dialect, and behind one that speaks Anthropic's.
CALLERS = ["calls-openai/m", "calls-anthropic/m"]
PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\nnot much of a picture").decode()

passed = failed = 0


def check(name, holds, seen=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(("ok      " if holds else "FAILED  ") + name + ("" if holds else f": {seen!r}"), flush=True)


def raised(call):
    """What a call raises, or None."""
    try:
        call()
    except Exception as error:
        return error
    return None


def check_raises(name, kind, call):
    error = raised(call)
    check(f"{name} raises {kind.__name__}", isinstance(error, kind), error)


def guarded(name, checks):
    """Runs a group of checks; what it raises is one failed check."""
    try:
        checks()
    except Exception as error:
        check(name, False, error)


def log(after):
    with urllib.request.urlopen(f"{UPSTREAM}/_log?after={after}") as answer:
        return [json.loads(line) for line in answer.read().decode().splitlines()]


def check_leaves(name, model, leave):
    """That the upstream notices within a second that the client of one call has left."""
    before = max((row["sequence"] for row in log(0)), default=0)
    leave()
    left = time.monotonic()
    rows = []
    while time.monotonic() - left < 3:
        rows = [row for row in log(before) if row["model"].endswith(model)]
        if rows and all(row["outcome"] != "open" for row in rows):
            break
        time.sleep(0.02)
    took = time.monotonic() - left
    outcomes = [row["outcome"] for row in rows]
    check(f"{name} ({took * 1000:.0f} ms)", took < 1 and outcomes == ["left"], (took, outcomes))


def finish():
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)
