import asyncio

import anthropic
from seen import *

a = anthropic.Anthropic(base_url=BASE, api_key="k", max_retries=0)
TOOLS = [{"name": "weather", "description": "d", "input_schema": PARAMETERS}]
ERRORS = [
    ("sim/limited", anthropic.RateLimitError), ("sim/broken", anthropic.InternalServerError),
    ("no/such", anthropic.NotFoundError),
]


def messages():
    m = a.messages.create(model="sim/right", max_tokens=50, messages=ASK)
    check("message", m.content[0].text == TEXT and m.usage.output_tokens > 0 and m.stop_reason == "end_turn", m)
    with a.messages.stream(model="sim/right", max_tokens=50, messages=ASK) as s:
        text = "".join(s.text_stream)
        final = s.get_final_message()
    check("stream", text == TEXT and final.stop_reason == "end_turn" and final.usage.output_tokens > 0, final)
    events = list(a.messages.create(model="sim/right", max_tokens=50, messages=ASK, stream=True))
    check("events", events[0].type == "message_start" and events[-1].type == "message_stop", events)
    check("late facts", events[-1].nexus["source"] == "llm", events[-1])
    system = a.messages.create(model="sim/right", max_tokens=50, system="be brief", messages=ASK)
    check("system", system.content[0].text == TEXT)
    large = a.messages.create(model="sim/right", max_tokens=50, messages=MEGABYTE)
    check("a prompt of 1 MB", large.content[0].text == TEXT)
    count = a.messages.count_tokens(model="sim/right", messages=[{"role": "user", "content": "x" * 400}])
    check("count_tokens", count.input_tokens == 107, count)


def errors():
    ask = dict(max_tokens=5, messages=ASK)
    for model, kind in ERRORS:
        check_raises(model, kind, lambda: a.messages.create(model=model, **ask))
        check_raises(f"{model} streamed", kind, lambda: a.messages.create(model=model, stream=True, **ask))
    check_raises("count_tokens of no/such", anthropic.NotFoundError,
                 lambda: a.messages.count_tokens(model="no/such", messages=ASK))
    check_raises("a bad body", anthropic.BadRequestError,
                 lambda: a.messages.create(model="sim/right", max_tokens=0, messages=ASK))
    bad = anthropic.Anthropic(base_url=BASE, api_key="wrong", max_retries=0)
    check_raises("a wrong key", anthropic.AuthenticationError, lambda: bad.messages.create(model="sim/right", **ask))
    check_raises("a wrong key for count_tokens", anthropic.AuthenticationError,
                 lambda: bad.messages.count_tokens(model="sim/right", messages=ASK))

    def cut():
        with a.messages.stream(model="sim/cut", max_tokens=50, messages=ASK) as s:
            list(s.text_stream)
    check_raises("a cut stream", anthropic.APIError, cut)


def tools():
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PICTURE}}
    for model in CALLERS:
        ask = [{"role": "user", "content": [{"type": "text", "text": "weather?"}, picture]}]
        options = dict(model=model, max_tokens=99, tools=TOOLS)
        m = a.messages.create(messages=ask, tool_choice={"type": "any"}, **options)
        call = next(b for b in m.content if b.type == "tool_use")
        check(f"{model}'s call", call.name == "weather" and call.input == ARGUMENTS and m.stop_reason == "tool_use", m)
        with a.messages.stream(messages=ask, **options) as s:
            pieces = [e for e in s if e.type == "input_json"]
            final = s.get_final_message()
        streamed = next(b for b in final.content if b.type == "tool_use")
        check(f"{model}'s call streamed", streamed.input == ARGUMENTS and len(pieces) >= 2, final)
        result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}
        turn = [*ask, {"role": "assistant", "content": m.content}, {"role": "user", "content": [result]}]
        end = a.messages.create(messages=turn, **options)
        check(f"{model} takes the result", end.content[0].text == "It is sunny.", end)


def leaving():
    def leave_stream():
        with a.messages.stream(model="sim/long", max_tokens=5000, messages=ASK) as s:
            for _, piece in zip(range(3), s.text_stream):
                pass

    def give_up(stream):
        quick = a.with_options(timeout=0.4)
        check_raises("a slow call that is given up", anthropic.APITimeoutError,
                     lambda: quick.messages.create(model="sim/slow", max_tokens=5, messages=ASK, stream=stream))

    check_leaves("a client leaves a stream", "long", leave_stream)
    check_leaves("a client gives up", "slow", lambda: give_up(False))
    check_leaves("a client gives up before the first token", "slow", lambda: give_up(True))


def at_once():
    async def whole(client):
        return (await client.messages.create(model="sim/right", max_tokens=50, messages=ASK)).content[0].text

    async def streamed(client):
        async with client.messages.stream(model="sim/right", max_tokens=50, messages=ASK) as s:
            return "".join([t async for t in s.text_stream])

    async def ask(call):
        async with anthropic.AsyncAnthropic(base_url=BASE, api_key="k", max_retries=0) as client:
            return await asyncio.gather(*(call(client) for _ in range(64)))

    check("64 at once", asyncio.run(ask(whole)) == [TEXT] * 64)
    check("64 streams at once", asyncio.run(ask(streamed)) == [TEXT] * 64)


for group in [messages, errors, tools, leaving, at_once]:
    guarded(group.__name__, group)
finish()
