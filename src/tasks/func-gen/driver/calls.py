"""One call of the function under test: what it was given, and what came of it."""

import asyncio
import base64
import io
import itertools
import pickle
import types

from encoding import MOST_ITEMS, NotRecordable, deep, encode, name_of

MOST_BYTES = 1_000_000


def packed(arguments, keywords):
    """The input as text. @raise NotRecordable"""
    try:
        with deep():
            data = pickle.dumps((arguments, keywords), 4)
    except Exception as error:
        raise NotRecordable(f"its input: {type(error).__name__}") from None
    if len(data) > MOST_BYTES:
        raise NotRecordable("its input is too large")
    return base64.b64encode(data).decode()


def unpacked(data):
    with deep():
        return pickle.load(io.BytesIO(base64.b64decode(data)))


def encode_input(arguments, keywords):
    """What the arguments hold. @raise NotRecordable for an iterator too: reading it would change the input."""
    return encode([list(arguments), keywords], drain=False)


class Observation:
    """What came of one call: the outcome as it is written down, and the result or error for whoever called."""

    def __init__(self, arguments, keywords):
        self.arguments, self.keywords = arguments, keywords
        self.result = self.error = None
        try:
            self.before = encode_input(arguments, keywords)
        except NotRecordable:
            self.before = None

    def returned(self, result):
        self.result = result
        try:
            if isinstance(result, types.GeneratorType):
                items = list(itertools.islice(result, MOST_ITEMS))
                self.result = itertools.chain(items, result)
                if len(items) == MOST_ITEMS:
                    raise NotRecordable("an iterator without an end")
                self.result = iter(items)
                return self._ended(["returned", encode(iter(items))])
            if type(result).__module__ == "itertools" or isinstance(result, (map, filter, zip, enumerate)):
                result, self.result = itertools.tee(result)
            return self._ended(["returned", encode(result)])
        except NotRecordable as error:
            return ["not-recordable", str(error)]
        except Exception as error:
            return self.raised(error)

    def raised(self, error):
        self.error = error
        return self._ended(["raised", name_of(type(error))])

    def _ended(self, outcome):
        if self.before is None:
            return outcome
        try:
            after = encode_input(self.arguments, self.keywords)
        except NotRecordable as error:
            return ["not-recordable", str(error)]
        with deep():
            return outcome if after == self.before else [*outcome, after]


def outcome_of(function, arguments, keywords):
    """What a call returns or raises, and what its arguments hold afterwards where that has changed; coroutines are run."""
    seen = Observation(arguments, keywords)
    try:
        result = function(*arguments, **keywords)
        if isinstance(result, types.CoroutineType):
            result = asyncio.run(result)
        if isinstance(result, types.AsyncGeneratorType):
            result = iter(asyncio.run(collected(result)))
    except NotRecordable as error:
        return ["not-recordable", str(error)]
    except Exception as error:
        return seen.raised(error)
    return seen.returned(result)


async def collected(generator):
    items = []
    async for item in generator:
        items.append(item)
        if len(items) > MOST_ITEMS:
            raise NotRecordable("an iterator without an end")
    return items
