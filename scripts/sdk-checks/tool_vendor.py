"""A host that calls a tool, in OpenAI's and in Anthropic's dialect: what the simulator's scripts do not say.

A request without the result of a call is answered with a call of `weather`; one with a result, with what it says. A
request that does not hold the tool, the picture and the results as the dialect has them is refused.
"""
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ARGUMENTS = ['{"city": "São', ' Paulo", "days": 2}']


def openai_answer(body):
    tool = body["tools"][0]["function"]
    assert tool["name"] == "weather" and tool["parameters"]["properties"]["city"], "tools"
    user = next(m for m in body["messages"] if m["role"] == "user")
    picture = next(p for p in user["content"] if p["type"] == "image_url")
    assert picture["image_url"]["url"].startswith("data:image/png;base64,"), "picture"
    results = [m for m in body["messages"] if m["role"] == "tool"]
    head = {"id": "x", "created": 1, "model": "far"}
    usage = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
    if results:
        calls = [c["id"] for m in body["messages"] for c in m.get("tool_calls") or []]
        assert results[0]["tool_call_id"] in calls, "call and result"
        message = {"role": "assistant", "content": f"It is {text(results[0]['content'])}."}
        reason = "stop"
    else:
        message = {"role": "assistant", "content": None, "tool_calls": [
            {"id": "call_abc", "type": "function", "function": {"name": "weather", "arguments": "".join(ARGUMENTS)}}]}
        reason = "tool_calls"
    if not body.get("stream"):
        choice = {"index": 0, "message": message, "finish_reason": reason}
        return [{**head, "object": "chat.completion", "choices": [choice], "usage": usage}]
    deltas = [{"role": "assistant", "content": None}]
    if results:
        deltas.append({"content": message["content"]})
    else:
        call = {"index": 0, "id": "call_abc", "type": "function", "function": {"name": "weather", "arguments": ""}}
        deltas.append({"tool_calls": [call]})
        deltas += [{"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in ARGUMENTS]
    chunk = {**head, "object": "chat.completion.chunk"}
    chunks = [{**chunk, "choices": [{"index": 0, "delta": d, "finish_reason": None}]} for d in deltas]
    chunks.append({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    return [*chunks, {**chunk, "choices": [], "usage": usage}, "[DONE]"]


def anthropic_answer(body):
    assert body["max_tokens"] > 0, "max_tokens"
    tool = body["tools"][0]
    assert tool["name"] == "weather" and tool["input_schema"]["properties"]["city"], "tools"
    blocks = [b for m in body["messages"] if isinstance(m["content"], list) for b in m["content"]]
    picture = next(b for b in blocks if b["type"] == "image")
    assert picture["source"]["type"] == "base64" and picture["source"]["media_type"] == "image/png", "picture"
    results = [b for b in blocks if b["type"] == "tool_result"]
    if results:
        assert results[0]["tool_use_id"] in [b["id"] for b in blocks if b["type"] == "tool_use"], "call and result"
        block = {"type": "text", "text": f"It is {text(results[0]['content'])}."}
        reason, pieces = "end_turn", [{"type": "text_delta", "text": block["text"]}]
    else:
        block = {"type": "tool_use", "id": "toolu_abc", "name": "weather", "input": json.loads("".join(ARGUMENTS))}
        reason, pieces = "tool_use", [{"type": "input_json_delta", "partial_json": piece} for piece in ARGUMENTS]
    usage = {"input_tokens": 5, "output_tokens": 7}
    message = {"id": "x", "type": "message", "role": "assistant", "model": "far", "content": [block],
               "stop_reason": reason, "stop_sequence": None, "usage": usage}
    if not body.get("stream"):
        return [message]
    empty = {**block, "input": {}} if block["type"] == "tool_use" else {**block, "text": ""}
    return [
        {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": empty}, {"type": "ping"},
        *({"type": "content_block_delta", "index": 0, "delta": piece} for piece in pieces),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": usage},
        {"type": "message_stop"},
    ]


def text(content):
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        speaks_anthropic = self.path.endswith("/messages")
        try:
            answer = (anthropic_answer if speaks_anthropic else openai_answer)(body)
        except Exception as error:
            fault = {"type": "error", "error": {"message": f"wrong: {error!r}", "type": "invalid_request_error"}}
            return self.send(400, "application/json", json.dumps(fault))
        if not body.get("stream"):
            return self.send(200, "application/json", json.dumps(answer[0]))
        events = [e if isinstance(e, str) else json.dumps(e) for e in answer]
        names = [f"event: {e['type']}\n" if speaks_anthropic else "" for e in answer]
        self.send(200, "text/event-stream", "".join(f"{n}data: {e}\n\n" for n, e in zip(names, events)))

    def send(self, status, kind, body):
        data = body.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def serve():
    """A server on a free port."""
    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
