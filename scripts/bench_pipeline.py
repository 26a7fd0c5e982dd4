"""What the whole pipeline adds: every stage on, prompts of 2 KB, 1,000 chunks of knowledge, 500 requests a second.

The upstream is bench_gateway.c's, which answers at once. It and the load share one core, the gateway has the other. Every
prompt is another one, so that the cache misses, looks and keeps; texts are drawn from 5,000 made-up words by Zipf's law.
"""
import asyncio
import itertools
import json
import os
import pathlib
import random
import subprocess
import tempfile
import time

from bench_gateway import HERE, Proxy, free_port

RATE, SECONDS, LANES, CHUNKS, PROMPT_BYTES = 500, 10, 64, 1_000, 2_048
PIPELINE = """
providers: {{up: {{dialect: openai, base_url: 'http://127.0.0.1:{upstream}/v1'}}}}
pipeline:
  sanitize: {{max_prompt_characters: 1000000}}
  rate_limit: {{requests_per_minute: 100000000, per: key}}
  cache: {{mode: exact, max_entries: 10000}}
  single_flight: on
  retrieval: {{collection: docs, top_k: 3, mode: hybrid}}
  guardrails: {{input: [injection, pii], output: [pii], action: redact}}
  retry: {{max_attempts: 3}}
  breaker: {{failures: 5, open_seconds: 10}}
log: {{requests: on}}
"""


class Words:
    def __init__(self, seed):
        self.draw = random.Random(seed)
        syllables = [a + b for a in "bdfgklmnprstv" for b in "aeiou"]
        self.words = ["".join(self.draw.choices(syllables, k=self.draw.randint(1, 4))) for _ in range(5_000)]
        self.weights = list(itertools.accumulate(1 / rank for rank in range(1, 5_001)))

    def text(self, size):
        parts, length = [], 0
        while length < size:
            sentence = " ".join(self.draw.choices(self.words, cum_weights=self.weights, k=self.draw.randint(6, 18))).capitalize() + ". "
            parts.append(sentence)
            length += len(sentence)
        return "".join(parts)[:size]


async def asked(reader, writer, body):
    """Seconds from sending to the whole answer; an answer that is not 200 is an error."""
    began = time.perf_counter()
    writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
                 b"content-length: %d\r\n\r\n" % len(body) + body)
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.split(b"\r\n")[0].decode())
    length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return time.perf_counter() - began


async def load(port, bodies):
    """Milliseconds of each request, sent at their times over as many connections as are free."""
    free = asyncio.Queue()
    for _ in range(LANES):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    seen, begin = [], time.perf_counter() + 0.1

    async def one(place, body):
        due = begin + place / RATE
        await asyncio.sleep(max(0, due - time.perf_counter()))
        lane = await free.get()
        seen.append((await asked(*lane, body)) * 1000)
        free.put_nowait(lane)

    await asyncio.gather(*(one(place, body) for place, body in enumerate(bodies)))
    while not free.empty():
        free.get_nowait()[1].close()
    return sorted(seen)


def pipeline(nexus):
    words = Words(7)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tool, last = folder / "tool", str(max(os.sched_getaffinity(0)))
        first = "0" if last != "0" else last
        subprocess.run(["cc", "-O2", "-o", tool, HERE / "bench_gateway.c"], check=True)
        with open(folder / "docs.jsonl", "w") as file:
            for number in range(CHUNKS):
                file.write(json.dumps({"id": f"d{number}", "title": words.text(30), "text": words.text(900)}) + "\n")
        subprocess.run(
            [nexus, "kb", "add", "--collection", "docs", "docs.jsonl", "--quiet"], cwd=folder, check=True,
            stdout=subprocess.DEVNULL)
        upstream, port = free_port(), free_port()
        (folder / "nexus.yaml").write_text(PIPELINE.format(upstream=upstream))
        running = [
            Proxy("upstream", upstream, [tool, "serve", upstream, 1, 0], first),
            Proxy("nexus", port, [nexus, "serve", "--port", port], last, cwd=folder),
        ]
        os.sched_setaffinity(0, {int(first)})
        try:
            figures = {}
            for name, place in (("bare", upstream), ("nexus", port), ("bare", upstream), ("nexus", port)):
                bodies = [
                    json.dumps({"model": "up/m", "messages": [{"role": "user", "content": words.text(PROMPT_BYTES)}]}).encode()
                    for _ in range(RATE * SECONDS)
                ]
                before = running[1].cpu()
                times = asyncio.run(load(place, bodies))
                row = [times[len(times) * share // 1000] for share in (500, 990)] + [
                    (running[1].cpu() - before) / len(times) * 1e6]
                figures[name] = min(figures.get(name, row), row)
            bare, ours = figures["bare"], figures["nexus"]
            print(f"pipeline: every stage on, {PROMPT_BYTES} bytes a prompt, {CHUNKS:,} chunks of knowledge, {RATE} requests a second")
            print(f"  without it p50 {bare[0]:.2f} ms, p99 {bare[1]:.2f} ms")
            print(f"  added p50 {ours[0] - bare[0]:.2f} ms, p99 {ours[1] - bare[1]:.2f} ms; CPU a request {ours[2]:.0f} µs   (reach: 1 ms p50)")
        finally:
            for process in running:
                process.stop()
