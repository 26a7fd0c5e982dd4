"""Phoenix's channels, with two clients of it, and NeuralBridge's REST examples beside them."""
import asyncio
import json
import threading
import time
import urllib.error
import urllib.request

import phxsocket
from phoenix_channels_python_client.client import PHXChannelsClient
from phoenix_channels_python_client.utils import make_message
from seen import *

SOCKET = BASE.replace("http", "ws", 1) + "/socket/websocket"


def rest(path, body=None, method=None):
    request = urllib.request.Request(
        BASE + path, data=None if body is None else json.dumps(body).encode(), method=method,
        headers={"Authorization": "Bearer k", "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


async def channels(version):
    """phoenix-channels-python-client: its own supervision, heartbeats and routing of messages."""
    name = f"phoenix-channels-python-client, version {version}"
    heard, acks = asyncio.Queue(), []
    async with PHXChannelsClient(
        SOCKET, "k", protocol_version=version, additional_headers={"x-api-key": "k"}, auto_reconnect=False,
        heartbeat_interval_s=0.2, on_heartbeat_ack=lambda: acks.append(1),
    ) as client:
        topic = f"proxy:python-{version}"

        async def hear(message):
            await heard.put(message)

        await client.subscribe_to_topic(topic, hear)
        check(f"{name} joins", client.is_topic_joined(topic))
        membership = client.get_current_subscriptions()[topic].join_ref
        handler = client.get_protocol_handler()

        async def ask(event, payload, last):
            ref = client._generate_ref()
            await handler.send_message(
                client.connection, make_message(event, topic, ref=ref, payload=payload, join_ref=membership))
            events = []
            while not events or events[-1][0] != last:
                message = await asyncio.wait_for(heard.get(), 10)
                events.append((str(message.event), message.payload))
            return events

        answer = (await ask("query", {"query": "hi", "model": "sim/right"}, "response"))[-1][1]
        check(f"{name}: query", answer["success"] and answer["response"] == TEXT, answer)
        stream = await ask("stream_query", {"query": "hi", "model": "sim/right"}, "stream_complete")
        names = [event for event, _ in stream if event != "phx_reply"]
        tokens = "".join(payload["token"] for event, payload in stream if event == "stream_token")
        check(f"{name}: a stream of tokens", names[0] == "stream_start" and names.count("stream_token") > 1, names)
        check(f"{name}: they are the answer", tokens == TEXT == stream[-1][1]["response"], tokens)
        failed = (await ask("stream_query", {"query": "hi", "model": "sim/broken"}, "stream_error"))[-1][1]
        check(f"{name}: stream_error", failed["success"] is False and "message" in failed, failed)
        history = (await ask("get_history", {}, "history"))[-1][1]["history"]
        check(f"{name}: history", [turn["role"] for turn in history] == ["user", "assistant"] * 2, history)
        check(f"{name}: pong", (await ask("ping", {}, "pong"))[-1][0] == "pong")
        await asyncio.sleep(0.7)
        check(f"{name}: heartbeats", len(acks) >= 2, acks)
        await client.unsubscribe_from_topic(topic)
        check(f"{name} leaves", not client.is_topic_joined(topic))


def threads():
    """phxsocket: joins with auth_token, and waits for replies."""
    socket = phxsocket.Client(SOCKET)
    socket.connect()
    check_raises("phxsocket without a key", phxsocket.channel.ChannelConnectError,
                 lambda: socket.channel("proxy:px", {}).join())
    channel = socket.channel("proxy:px", {"auth_token": "k"})
    check("phxsocket joins with auth_token", channel.join() == {"session_id": "px"})
    events, done = [], threading.Event()
    for name in ["response", "stream_start", "stream_token", "stream_complete", "stream_error"]:
        channel.on(name, lambda payload, name=name: (events.append((name, payload)), done.set()))
    reply = channel.push("query", {"query": "hi", "model": "sim/right"}, reply=True).wait_for_response()
    check("phxsocket: a reply", reply["status"] == "ok", reply)
    check("phxsocket: response", done.wait(5) and events[0][1]["response"] == TEXT, events)
    reply = channel.push("query", {"qeury": "hi"}, reply=True).wait_for_response()
    check("phxsocket: an error names the nearest member",
          reply["status"] == "error" and "did you mean 'query'" in reply["response"]["message"], reply)

    def leave():
        events.clear()
        channel.push("stream_query", {"query": "hi", "model": "sim/long"})
        while not any(name == "stream_token" for name, _ in events):
            time.sleep(0.01)
        socket.close()
    check_leaves("a socket that leaves ends its stream", "long", leave)


def examples():
    """The bodies of NeuralBridge's README, and its routes."""
    asked = {"query": "Explique machine learning", "session_id": "minha_sessao_123"}
    status, answer = rest("/api/proxy/query", asked)
    check("the first example", status == 200 and answer["success"] and answer["session_id"] == asked["session_id"], answer)
    check("its metadata", set(answer["metadata"]) >= {
        "source", "confidence_score", "processing_time_ms", "rag_context_used", "model_used"}, answer)
    status, answer = rest("/api/proxy/query", dict(asked, provider="sim", model="right"))
    check("another provider and model", status == 200 and answer["response"] == TEXT, answer)
    status, answer = rest("/api/conversations/minha_sessao_123/history")
    check("the conversation's history", status == 200 and len(answer["history"]) == 4, answer)
    for path in ["/api/proxy/health", "/api/proxy/stats", "/api/cache/stats", "/api/admin/system",
                 "/api/knowledge/documents", "/api/conversations/minha_sessao_123"]:
        status, answer = rest(path)
        check(f"GET {path}", status == 200, answer)
    status, answer = rest("/api/knowledge/ingest", {"title": "T", "content": "O aprendizado de máquina usa dados."})
    check("a document", status == 200 and answer["added"] == 1, answer)
    status, listed = rest("/api/knowledge/documents")
    check("it is listed", [d["id"] for d in listed["documents"]] == answer["documents"], listed)
    status, gone = rest(f"/api/knowledge/documents/{answer['documents'][0]}", method="DELETE")
    check("and removed", status == 200 and gone["deleted"], gone)
    status, gone = rest("/api/conversations/minha_sessao_123", method="DELETE")
    check("the conversation is removed", status == 200 and rest("/api/conversations/minha_sessao_123")[0] == 404, gone)


guarded("REST", examples)
for version in ["2.0", "1.0"]:
    guarded(f"channels {version}", lambda: asyncio.run(channels(version)))
guarded("phxsocket", threads)
finish()
