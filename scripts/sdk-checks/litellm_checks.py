import asyncio
import json
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # no request to anybody else

import litellm
from seen import *

litellm.suppress_debug_info = True
OPENAI = dict(api_base=BASE + "/v1", api_key="k", num_retries=0, max_retries=0)
ANTHROPIC = dict(api_base=BASE, api_key="k", num_retries=0, max_retries=0)
SIDES = [("openai", OPENAI), ("anthropic", ANTHROPIC)]
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "d", "parameters": PARAMETERS}}]
ERRORS = [
    ("sim/limited", litellm.RateLimitError), ("sim/broken", litellm.InternalServerError),
    ("no/such", litellm.NotFoundError),
]


def chat():
    for side, to in SIDES:
        r = litellm.completion(model=f"{side}/sim/right", messages=ASK, **to)
        check(f"{side}: chat", r.choices[0].message.content == TEXT and r.usage.completion_tokens > 0, r)
        pieces = list(litellm.completion(
            model=f"{side}/sim/right", messages=ASK, stream=True, stream_options={"include_usage": True}, **to))
        text = "".join(c.choices[0].delta.content or "" for c in pieces if c.choices)
        reasons = [c.choices[0].finish_reason for c in pieces if c.choices and c.choices[0].finish_reason]
        check(f"{side}: stream", text == TEXT and reasons == ["stop"], pieces)
        check(f"{side}: stream's usage", any(getattr(c, "usage", None) for c in pieces), pieces[-1])
        large = litellm.completion(model=f"{side}/sim/right", messages=MEGABYTE, **to)
        check(f"{side}: a prompt of 1 MB", large.choices[0].message.content == TEXT)


def errors():
    for side, to in SIDES:
        for model, kind in ERRORS:
            check_raises(f"{side}: {model}", kind,
                         lambda: litellm.completion(model=f"{side}/{model}", messages=ASK, **to))
        check_raises(f"{side}: a wrong key", litellm.AuthenticationError,
                     lambda: litellm.completion(model=f"{side}/sim/right", messages=ASK, **{**to, "api_key": "wrong"}))
        # LiteLLM has an exception of its own, behind which it hides the vendor's.
        error = raised(lambda: list(litellm.completion(model=f"{side}/sim/cut", messages=ASK, stream=True, **to)))
        check(f"{side}: a cut stream raises", error is not None, error)
    check_raises("openai: a bad body", litellm.BadRequestError,
                 lambda: litellm.completion(model="openai/sim/right", messages=[{"role": "nobody"}], **OPENAI))


def tools():
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PICTURE}}
    ask = [{"role": "user", "content": [{"type": "text", "text": "weather?"}, picture]}]
    for side, to in SIDES:
        for model in CALLERS:
            name = f"{side}: {model}"
            options = dict(model=f"{side}/{model}", tools=TOOLS, **to)
            r = litellm.completion(messages=ask, tool_choice="required", **options)
            call = r.choices[0].message.tool_calls[0]
            check(f"{name}'s call", json.loads(call.function.arguments) == ARGUMENTS
                  and r.choices[0].finish_reason == "tool_calls", r)
            pieces = list(litellm.completion(messages=ask, stream=True, **options))
            whole = litellm.stream_chunk_builder(pieces, messages=ask)
            streamed = whole.choices[0].message.tool_calls[0]
            check(f"{name}'s call streamed", json.loads(streamed.function.arguments) == ARGUMENTS, whole)
            turn = [*ask, r.choices[0].message.model_dump(),
                    {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
            end = litellm.completion(messages=turn, **options)
            check(f"{name} takes the result", end.choices[0].message.content == "It is sunny.", end)


def others():
    r = litellm.embedding(model="openai/sim/right", input=["a", "b c"], **OPENAI)
    check("embeddings", [len(d["embedding"]) for d in r.data] == [64, 64] and r.usage.prompt_tokens == 3, r)
    r = litellm.text_completion(model="text-completion-openai/sim/right", prompt="hi", **OPENAI)
    check("completions", r.choices[0].text == TEXT, r)
    pieces = list(litellm.text_completion(
        model="text-completion-openai/sim/right", prompt="hi", stream=True, **OPENAI))
    check("completions: stream", "".join(c.choices[0].text or "" for c in pieces if c.choices) == TEXT, pieces)
    r = litellm.responses(model="openai/sim/right", input="hi", api_base=BASE + "/v1", api_key="k")
    check("responses", r.output[-1].content[0].text == TEXT, r)
    events = list(litellm.responses(
        model="openai/sim/right", input="hi", stream=True, api_base=BASE + "/v1", api_key="k"))
    text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
    check("responses: stream", text == TEXT and events[-1].type == "response.completed", events)


def leaving():
    for side, to in SIDES:
        async def leave():
            stream = await litellm.acompletion(model=f"{side}/sim/long", messages=ASK, stream=True, **to)
            count = 0
            async for _ in stream:
                count += 1
                if count == 3:
                    break
            await stream.aclose()

        check_leaves(f"{side}: a client leaves a stream", "long", lambda: asyncio.run(leave()))
        check_leaves(f"{side}: a client gives up", "slow", lambda: check_raises(
            f"{side}: a slow call that is given up", litellm.Timeout,
            lambda: litellm.completion(model=f"{side}/sim/slow", messages=ASK, timeout=0.4, **to)))


def at_once():
    for side, to in SIDES:
        async def ask():
            calls = (litellm.acompletion(model=f"{side}/sim/right", messages=ASK, **to) for _ in range(64))
            return await asyncio.gather(*calls)

        replies = asyncio.run(ask())
        check(f"{side}: 64 at once", all(r.choices[0].message.content == TEXT for r in replies))


for group in [chat, errors, tools, others, leaving, at_once]:
    guarded(group.__name__, group)
finish()
