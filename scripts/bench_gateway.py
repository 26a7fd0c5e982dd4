"""The gateway beside nginx's proxy_pass, in front of the same upstream, in one run: see scripts/bench.

The upstream and the load are bench_gateway.c, compiled here. On two cores the upstream and the load share the first, and
whoever is measured has the second; CPU is that of the measured process and its children. Added times are those through a
proxy less those of the same percentile without one.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")
CHUNKS, GAP = 50, 20_000
NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; keepalive_requests 100000000; keepalive_timeout 600;
  upstream up {{ server 127.0.0.1:{upstream}; keepalive 512; keepalive_requests 100000000; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096; tcp_nodelay on; proxy_buffering off; proxy_http_version 1.1;
    location / {{ proxy_pass http://up; proxy_set_header Connection ""; }}
  }}
  server {{
    listen 127.0.0.1:{fixed} backlog=4096; tcp_nodelay on; default_type application/json;
    location / {{ return 200 '{answer}'; }}
  }}
}}
"""
# As long as the upstream's answer.
ANSWER = json.dumps({"choices": [{"message": {"content": "Forty-two." + " " * 260}}]})
CONFIG = """
providers: {{up: {{dialect: openai, base_url: 'http://127.0.0.1:{upstream}/v1'}}}}
pipeline:
  sanitize: {{max_prompt_characters: 1000000}}
  rate_limit: {{requests_per_minute: 100000000, per: key}}
  breaker: {{failures: 5, open_seconds: 10}}
  retry: {{max_attempts: 3}}
  cache: {cache}
log: {{requests: {log}}}
"""


def free_port():
    import socket
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Proxy:
    """A process, pinned, with all its children."""

    def __init__(self, name, port, arguments, cores, **options):
        self.name, self.port = name, port
        self.process = subprocess.Popen(["taskset", "-c", cores, *map(str, arguments)], stderr=subprocess.DEVNULL, **options)
        import socket
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit(f"{name} did not start")

    def all(self):
        found = [self.process.pid]
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return found + [int(child) for child in children]

    def cpu(self):
        """Seconds, user and system."""
        seconds = 0
        for pid in self.all():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            seconds += (int(fields[11]) + int(fields[12])) / TICK
        return seconds

    def memory(self):
        """Resident MiB."""
        texts = [pathlib.Path(f"/proc/{pid}/status").read_text() for pid in self.all()]
        return sum(int(re.search(r"VmRSS:\s+(\d+)", text)[1]) for text in texts) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


def gateway(nexus):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tool = folder / "tool"
        subprocess.run(["cc", "-O2", "-o", tool, HERE / "bench_gateway.c"], check=True)
        last = str(max(os.sched_getaffinity(0)))
        first = "0" if last != "0" else last

        def load(mode, port, lanes, seconds, *rest):
            command = ["taskset", "-c", first, tool, mode, port, lanes, seconds, *rest]
            shown = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
            return json.loads(shown.stdout)

        upstream, front, fixed = free_port(), free_port(), free_port()
        running = [Proxy("upstream", upstream, [tool, "serve", upstream, CHUNKS, GAP], first)]
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=front, fixed=fixed, answer=ANSWER, upstream=upstream))
        proxies = [Proxy("nginx", front, ["nginx", "-p", folder, "-c", folder / "nginx.conf"], last)]

        def serve(name, log, cache):
            place = folder / f"{log}-{cache}"
            place.mkdir()
            (place / "nexus.yaml").write_text(CONFIG.format(upstream=upstream, log=log, cache=cache))
            port = free_port()
            return Proxy(name, port, [nexus, "serve", "--port", port], last, cwd=place)

        for name, log in (("nexus, log off", "off"), ("nexus, log on", "on")):
            proxies.append(serve(name, log, "off"))
        hits = [serve(name, log, "exact") for name, log in (("hit, log off", "off"), ("hit, log on", "on"))]
        try:
            closed(load, [(proxies[0], fixed, "nginx return 200")] + [(hit, hit.port, hit.name) for hit in hits],
                   "the same question again and again: from the cache", "0.2, 0.125 with the log")
            for hit in hits:
                hit.stop()
            measure(load, running[0], proxies)
        finally:
            for process in proxies + running + hits:
                process.stop()


def closed(load, measured, title, reach, rounds=3):
    """As many requests as 32 lanes get answered: CPU of each, as a share of the first one's requests a CPU second."""
    for _, port, _ in measured:
        load("closed", port, 32, 1)
    best = {}
    for _ in range(rounds):
        for proxy, port, name in measured:
            before = proxy.cpu()
            seen = load("closed", port, 32, 3)
            cpu = (proxy.cpu() - before) / max(1, seen["answered"]) * 1e6
            rate, former = seen["answered"] / seen["seconds"], best.get(name, (0, 1e9, 0))
            best[name] = (max(rate, former[0]), min(cpu, former[1]), former[2] + seen["bad"])
    base = best[measured[0][2]]
    print(f"  closed, 32 lanes, {title}")
    print(f"                         requests/s   CPU µs a request   share of nginx's per CPU second  (reach: {reach})")
    for name, (rate, cpu, bad) in best.items():
        print(f"    {name:18} {rate:12.0f} {cpu:18.1f} {base[1] / cpu:18.3f}{f'   {bad} bad' if bad else ''}")


def measure(load, upstream, proxies):
    rounds = 3
    print(f"gateway: on {os.cpu_count()} cores, the upstream and the load on one, the proxy on the other")
    fresh = {proxy.name: proxy.memory() for proxy in proxies}
    closed(load, [(proxy, proxy.port, proxy.name) for proxy in proxies], "all asked upstream", "0.2, 0.15 with the log")

    def least(mode, port, lanes, seconds, *rest):
        runs = [load(mode, port, lanes, seconds, *rest) for _ in range(rounds)]
        return {key: min(run[key] for run in runs) for key in ("p50", "p99", "p999")}, sum(r["bad"] for r in runs)

    bare, _ = least("open", upstream.port, 128, 3, 1000)
    print(f"  open, 1,000 a second: without a proxy p50 {bare['p50']:.0f}, p99 {bare['p99']:.0f}, p99.9 {bare['p999']:.0f} µs; added by")
    for proxy in proxies:
        seen, bad = least("open", proxy.port, 128, 3, 1000)
        figures = "   ".join(f"{seen[key] - bare[key]:9.0f}" for key in bare)
        print(f"    {proxy.name:18} p50, p99, p99.9 {figures} µs   (reach: 300, 1,000){f'   {bad} bad' if bad else ''}")
    bare, _ = least("streams", upstream.port, 200, 3)
    print(f"  200 streams at once, {CHUNKS} chunks {GAP // 1000} ms apart: time to the first p50 {bare['p50']:.0f}, p99 {bare['p99']:.0f} µs; added by")
    for proxy in proxies:
        before = proxy.cpu()
        runs = [load("streams", proxy.port, 200, 3) for _ in range(rounds)]
        cpu = (proxy.cpu() - before) / max(1, sum(run["chunks"] for run in runs)) * 1e6
        seen = {key: min(run[key] for run in runs) for key in ("p50", "p99")}
        bad = sum(run["bad"] for run in runs)
        print(
            f"    {proxy.name:18} p50 {seen['p50'] - bare['p50']:6.0f}, p99 {seen['p99'] - bare['p99']:6.0f} µs   CPU a chunk "
            f"{cpu:5.1f} µs   (reach: 500, 3,000; 30){f'   {bad} bad' if bad else ''}")
    print("  resident MiB               fresh   after this   after 200,000 requests more   (reach: 100, and flat)")
    for proxy in proxies:
        middle, asked = proxy.memory(), 0
        while asked < 200_000:
            asked += max(1, load("closed", proxy.port, 32, 5)["answered"])
            if proxy.process.poll() is not None:
                sys.exit(f"{proxy.name} ended")
        print(f"    {proxy.name:18} {fresh[proxy.name]:11.1f} {middle:12.1f} {proxy.memory():14.1f}")
