import asyncio
import json

import openai
from seen import *

o = openai.OpenAI(base_url=BASE + "/v1", api_key="k", max_retries=0)
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "d", "parameters": PARAMETERS}}]
FLAT = [{"type": "function", "name": "weather", "description": "d", "parameters": PARAMETERS}]
ERRORS = [
    ("sim/limited", openai.RateLimitError), ("sim/broken", openai.InternalServerError),
    ("no/such", openai.NotFoundError),
]


def chat():
    r = o.chat.completions.create(model="sim/right", messages=ASK)
    check("chat", r.choices[0].message.content == TEXT and r.usage.completion_tokens > 0, r)
    raw = o.chat.completions.with_raw_response.create(model="sim/right", messages=ASK)
    check("chat: headers", raw.headers["x-nexus-source"] == "llm" and raw.headers["x-request-id"], raw.headers)
    options = {"include_usage": True}
    pieces = list(o.chat.completions.create(model="sim/right", messages=ASK, stream=True, stream_options=options))
    text = "".join(c.choices[0].delta.content or "" for c in pieces if c.choices)
    check("chat: stream", text == TEXT and pieces[0].choices[0].delta.role == "assistant", text)
    check("chat: stream's usage", pieces[-1].usage and pieces[-1].usage.completion_tokens > 0, pieces[-1])
    check("chat: stream's late facts", pieces[-1].nexus["source"] == "llm", pieces[-1])
    check("chat: one id", len({c.id for c in pieces}) == 1)
    plain = list(o.chat.completions.create(model="sim/right", messages=ASK, stream=True))
    check("chat: no usage unasked", all(c.choices for c in plain) and plain[-1].choices[0].finish_reason == "stop")
    with o.chat.completions.stream(model="sim/right", messages=ASK) as s:
        final = s.get_final_completion()
    check("chat: .stream()", final.choices[0].message.content == TEXT, final)
    many = o.chat.completions.create(model="sim/right", messages=MEGABYTE)
    check("chat: a prompt of 1 MB", many.choices[0].message.content == TEXT)


def models():
    check("models", any(m.id for m in o.models.list()))
    check_raises("models: an unknown one", openai.NotFoundError, lambda: o.models.retrieve("nothing"))


def errors():
    for model, kind in ERRORS:
        ask = dict(model=model, messages=ASK)
        check_raises(f"chat: {model}", kind, lambda: o.chat.completions.create(**ask))
        check_raises(f"chat: {model} streamed", kind, lambda: o.chat.completions.create(**ask, stream=True))
        check_raises(f"responses: {model}", kind, lambda: o.responses.create(model=model, input="hi"))
        check_raises(f"completions: {model}", kind, lambda: o.completions.create(model=model, prompt="hi"))
        check_raises(f"embeddings: {model}", kind, lambda: o.embeddings.create(model=model, input="hi"))
    limited = raised(lambda: o.chat.completions.create(model="sim/limited", messages=ASK))
    check("chat: retry-after comes through", limited.response.headers.get("retry-after") == "1", limited)
    refused = {
        "chat": lambda c: c.chat.completions.create(model="sim/right", messages="no list"),
        "responses": lambda c: c.responses.create(model="sim/right", input=7),
        "responses: an earlier response": lambda c: c.responses.create(
            model="sim/right", input="hi", previous_response_id="resp_1"),
        "completions": lambda c: c.completions.create(model="sim/right", prompt=[[1, 2]]),
        "embeddings": lambda c: c.embeddings.create(model="sim/right", input=[]),
    }
    bad = openai.OpenAI(base_url=BASE + "/v1", api_key="wrong", max_retries=0)
    for name, call in refused.items():
        check_raises(f"{name}: a bad body", openai.BadRequestError, lambda: call(o))
        check_raises(f"{name}: a wrong key", openai.AuthenticationError, lambda: call(bad))
    cut = dict(model="sim/cut", stream=True)
    check_raises(
        "chat: a cut stream", openai.APIError, lambda: list(o.chat.completions.create(**cut, messages=ASK)))
    check_raises("responses: a cut stream", openai.APIError, lambda: list(o.responses.create(**cut, input="hi")))
    check_raises("completions: a cut stream", openai.APIError, lambda: list(o.completions.create(**cut, prompt="hi")))


def tools():
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PICTURE}}
    for model in CALLERS:
        ask = [{"role": "user", "content": [{"type": "text", "text": "weather?"}, picture]}]
        r = o.chat.completions.create(model=model, messages=ask, tools=TOOLS, tool_choice="required")
        call = r.choices[0].message.tool_calls[0]
        check(f"chat: {model}'s call", call.function.name == "weather"
              and json.loads(call.function.arguments) == ARGUMENTS and r.choices[0].finish_reason == "tool_calls", r)
        with o.chat.completions.stream(model=model, messages=ask, tools=TOOLS) as s:
            kinds = [e.type for e in s]
            final = s.get_final_completion()
        streamed = final.choices[0].message.tool_calls[0]
        check(f"chat: {model}'s call streamed", json.loads(streamed.function.arguments) == ARGUMENTS
              and kinds.count("tool_calls.function.arguments.delta") >= 2, kinds)
        turn = [*ask, r.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
        end = o.chat.completions.create(model=model, messages=turn, tools=TOOLS)
        check(f"chat: {model} takes the result", end.choices[0].message.content == "It is sunny.", end)

        ask = [{"role": "user", "content": [
            {"type": "input_text", "text": "weather?"},
            {"type": "input_image", "image_url": "data:image/png;base64," + PICTURE}]}]
        r = o.responses.create(model=model, input=ask, tools=FLAT, tool_choice="required")
        call = next(i for i in r.output if i.type == "function_call")
        check(f"responses: {model}'s call", json.loads(call.arguments) == ARGUMENTS, r)
        with o.responses.stream(model=model, input=ask, tools=FLAT) as s:
            kinds = [e.type for e in s]
            final = s.get_final_response()
        streamed = next(i for i in final.output if i.type == "function_call")
        check(f"responses: {model}'s call streamed", json.loads(streamed.arguments) == ARGUMENTS
              and kinds.count("response.function_call_arguments.delta") >= 2, kinds)
        result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
        end = o.responses.create(model=model, input=[*ask, *r.output, result], tools=FLAT)
        check(f"responses: {model} takes the result", end.output_text == "It is sunny.", end)


def embeddings():
    default = o.embeddings.create(model="sim/right", input=["a", "b c"], dimensions=16)
    floats = o.embeddings.create(model="sim/right", input=["a", "b c"], dimensions=16, encoding_format="float")
    close = all(abs(x - y) < 1e-6 for d, f in zip(default.data, floats.data) for x, y in zip(d.embedding, f.embedding))
    check("embeddings: base64 and floats agree", close and len(floats.data[1].embedding) == 16, default)
    check("embeddings: usage", floats.usage.prompt_tokens == 3, floats.usage)
    one = o.embeddings.create(model="sim/right", input="a", dimensions=16)
    check("embeddings: one text", one.data[0].embedding == default.data[0].embedding)
    tokens = o.embeddings.create(model="sim/right", input=[[1, 2], [3]])
    check("embeddings: tokens", [d.index for d in tokens.data] == [0, 1])


def completions():
    r = o.completions.create(model="sim/right", prompt="hi", max_tokens=50)
    check("completions", r.choices[0].text == TEXT and r.usage.completion_tokens > 0, r)
    r = o.completions.create(model="sim/right", prompt=["a", "b"], echo=True)
    check("completions: two prompts", [c.text for c in r.choices] == ["a" + TEXT, "b" + TEXT], r)
    options = {"include_usage": True}
    pieces = list(o.completions.create(model="sim/right", prompt="hi", stream=True, stream_options=options))
    text = "".join(c.choices[0].text for c in pieces if c.choices)
    check("completions: stream", text == TEXT and pieces[-1].usage.completion_tokens > 0, text)


def responses():
    r = o.responses.create(model="sim/right", input="hi", instructions="be brief", max_output_tokens=50)
    check("responses", r.output_text == TEXT and r.status == "completed" and r.usage.output_tokens > 0, r)
    items = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}, {"role": "user", "content": "?"}]
    check("responses: items", o.responses.create(model="sim/right", input=items).output_text == TEXT)
    events = list(o.responses.create(model="sim/right", input="hi", stream=True))
    text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
    check("responses: stream", text == TEXT and events[-1].type == "response.completed", events)
    check("responses: numbered", [e.sequence_number for e in events] == list(range(len(events))))
    with o.responses.stream(model="sim/right", input="hi") as s:
        for _ in s:
            pass
        final = s.get_final_response()
    check("responses: .stream()", final.output_text == TEXT and final.usage.output_tokens > 0, final)
    large = o.responses.create(model="sim/right", input=MEGABYTE)
    check("responses: a prompt of 1 MB", large.output_text == TEXT)
    schema = {"format": {"type": "json_schema", "name": "n", "schema": PARAMETERS, "strict": True}}
    shaped = o.responses.create(model="sim/right", input="hi", text=schema)
    check("responses: a format", shaped.output_text == TEXT and shaped.text.format.type == "json_schema", shaped)


def leaving():
    def leave_stream(open_stream):
        with open_stream() as stream:
            for _, piece in zip(range(3), stream):
                pass
            stream.close() if hasattr(stream, "close") else None

    def time_out(call):
        check_raises("a slow call that is given up", openai.APITimeoutError, call)

    quick = o.with_options(timeout=0.4)
    ask = dict(model="sim/long", stream=True)
    check_leaves("chat: a client leaves a stream", "long",
                 lambda: leave_stream(lambda: o.chat.completions.create(**ask, messages=ASK)))
    check_leaves("responses: a client leaves a stream", "long",
                 lambda: leave_stream(lambda: o.responses.create(**ask, input="hi")))
    check_leaves("completions: a client leaves a stream", "long",
                 lambda: leave_stream(lambda: o.completions.create(**ask, prompt="hi")))
    check_leaves("chat: a client gives up", "slow",
                 lambda: time_out(lambda: quick.chat.completions.create(model="sim/slow", messages=ASK)))
    check_leaves("responses: a client gives up", "slow",
                 lambda: time_out(lambda: quick.responses.create(model="sim/slow", input="hi")))
    check_leaves("embeddings: a client gives up", "slow",
                 lambda: time_out(lambda: quick.embeddings.create(model="sim/slow", input="hi")))
    check_leaves("chat: a client gives up before the first token", "slow",
                 lambda: time_out(lambda: quick.chat.completions.create(model="sim/slow", messages=ASK, stream=True)))


async def streamed(client):
    text = ""
    async for c in await client.chat.completions.create(model="sim/right", messages=ASK, stream=True):
        text += c.choices[0].delta.content or "" if c.choices else ""
    return text


def at_once():
    async def ask(call):
        async with openai.AsyncOpenAI(base_url=BASE + "/v1", api_key="k", max_retries=0) as client:
            return await asyncio.gather(*(call(client) for _ in range(64)))

    whole = asyncio.run(ask(lambda c: c.chat.completions.create(model="sim/right", messages=ASK)))
    check("chat: 64 at once", all(r.choices[0].message.content == TEXT for r in whole))
    check("chat: 64 streams at once", asyncio.run(ask(streamed)) == [TEXT] * 64)
    many = asyncio.run(ask(lambda c: c.responses.create(model="sim/right", input="hi")))
    check("responses: 64 at once", all(r.output_text == TEXT for r in many))
    many = asyncio.run(ask(lambda c: c.embeddings.create(model="sim/right", input="hi")))
    check("embeddings: 64 at once", all(r.data[0].embedding == many[0].data[0].embedding for r in many))


for group in [chat, models, errors, tools, embeddings, completions, responses, leaving, at_once]:
    guarded(group.__name__, group)
finish()
