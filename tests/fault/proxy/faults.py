"""The table of faults: what each does to one request, its options with their defaults, what it is for."""
import json
from collections import namedtuple

import visibility
import wire
from errors import CORAL, DYNAMODB, JSON_TYPE, cancelled_answer, conflict_answer, error, in_progress_answer
from until import WRITES, Until

HTML_TYPE = {"content-type": "text/html", "x-amz-crc32": None}

# -- the connection


def lost(exchange, options):
    exchange.cut(options["reset"])


def answer_lost(exchange, options):
    exchange.forward()
    exchange.cut(options["reset"])


def forgotten(exchange, options):
    """As when the service forgets a token, which it keeps for ten minutes."""
    token = {"ClientRequestToken": f"forgotten-{exchange.entry['ordinal']}"} if "TransactItems" in exchange.document else {}
    exchange.forward(exchange.request.with_json(exchange.document | token))
    exchange.cut(options["reset"])


def twice(exchange, options):
    answers = exchange.forward(), exchange.forward()
    if options["answer"] == "none":
        return exchange.cut()
    return exchange.reply(answers[options["answer"] == "second"])


def held(exchange, options):
    until, answers = Until(options["until"], WRITES, exchange.entry), []
    exchange.world.hold(until, lambda: answers.append(exchange.forward()))
    if options["client"] == "waits":
        exchange.world.wait_for(until.met)
        with exchange.world.gate:  # whoever lets go is done with it
            pass
    return exchange.reply(answers[0]) if answers else exchange.cut()


def close_after(exchange, options):
    exchange.reply(exchange.forward())
    exchange.connection.cut(options["reset"])


def outage(exchange, options):
    exchange.world.outage(options["connections"], options["ms"])
    exchange.cut()


# -- errors instead of an answer


def refusal(make):
    """A fault that answers with what `make(exchange, options)` returns, before or after the request was carried out."""
    def refuse(exchange, options):
        if options["applied"]:
            exchange.forward()
        answer = make(exchange, options)
        if options.get("retry_after_ms") is not None:
            answer.headers = answer.headers | {"x-amz-retry-after": str(options["retry_after_ms"])}
        exchange.reply(answer)
    return refuse


def plain(status, kind, message):
    return refusal(lambda *_: error(status, kind, message=message))


def gateway(status, words):
    body = f"<html><head><title>{status} {words}</title></head><body><h1>{status} {words}</h1></body></html>".encode()
    return refusal(lambda *_: wire.Answer(status, body, HTML_TYPE))


def throttle(kind, message, member):
    """A throttling error with its reasons: from the options, or one for the request's table."""
    def make(exchange, options):
        what = "Write" if exchange.entry["op"] in WRITES else "Read"
        table = f"arn:aws:dynamodb:{exchange.world.script.region}:000000000000:table/{exchange.document.get('TableName', 'table')}"
        reasons = options["reasons"] or [{"reason": f"Table{what}KeyRangeThroughputExceeded", "resource": table}]
        return error(400, kind, message=message, **{member: reasons})
    return refusal(make)


def any_error(exchange, options):
    return error(options["status"], options["code"], message=options["message"])


def cancelled(exchange, options):
    missing = len(exchange.document.get("TransactItems", [])) - len(options["reasons"])
    return cancelled_answer(options["reasons"] + ["None"] * missing)


def conflict(exchange, options):
    if "TransactItems" not in exchange.document:
        return conflict_answer()
    reasons = ["None"] * len(exchange.document["TransactItems"])
    reasons[min(options["item"], len(reasons) - 1)] = "TransactionConflict"
    return cancelled_answer(reasons)


# -- the answer, spoilt on its way


def truncated(exchange, options):
    answer = exchange.forward()
    share = len(answer.body) // 2 if options["bytes"] is None else options["bytes"]
    exchange.reply_in_part(answer, [answer.body[:share]], len(answer.body))
    exchange.connection.cut(options["reset"])


def slow(exchange, options):
    answer = exchange.forward()
    exchange.world.wait(options["first_ms"] / 1000)
    step = max(1, -(-len(answer.body) // options["pieces"]))
    pieces = [answer.body[at:at + step] for at in range(0, len(answer.body), step)]
    exchange.reply_in_part(answer, pieces, pause_s=options["every_ms"] / 1000)


def oversized(exchange, options):
    """The right answer with blanks behind it, which are JSON too; or only said to be so long."""
    answer = exchange.forward()
    blanks = max(0, options["bytes"] - len(answer.body))
    answer.headers = answer.headers | {"x-amz-crc32": None}
    rest = (b" " * min(wire.PIECE_BYTES, blanks - at) for at in range(0, blanks if options["sent"] else 0, wire.PIECE_BYTES))
    exchange.reply_in_part(answer, (piece for part in ([answer.body], rest) for piece in part), len(answer.body) + blanks)
    if not options["sent"]:
        exchange.connection.cut(reset=False)


def corrupt(exchange, options):
    """One bit of the body turned over, or another body; the checksum is the true body's, or made for what is sent."""
    answer = exchange.forward()
    body = bytearray(answer.body)
    body[exchange.dice.randrange(len(body))] ^= 1 << exchange.dice.randrange(7)
    sent = bytes(body) if options["body"] is None else options["body"].encode()
    made_for = sent if options["checksum"] == "fits" else answer.body
    exchange.reply(wire.Answer(answer.status, sent, answer.headers | {"x-amz-crc32": wire.checksum(made_for)}))


def wrong_crc(exchange, options):
    answer = exchange.forward()
    answer.headers = answer.headers | {"x-amz-crc32": str(int(wire.checksum(answer.body)) ^ 1)}
    exchange.reply(answer)


def no_crc(exchange, options):
    answer = exchange.forward()
    answer.headers = answer.headers | {"x-amz-crc32": None}
    exchange.reply(answer)


# -- pages


def partial(exchange, options):
    limit = min(options["limit"], exchange.document.get("Limit", options["limit"]))
    exchange.reply(exchange.forward(exchange.request.with_json(exchange.document | {"Limit": limit})))


def empty_page(exchange, options):
    """A page without items whose LastEvaluatedKey leads to all of them: the next request with it is answered from where this began."""
    answer = exchange.forward(exchange.request.with_json(exchange.document | {"Limit": 1}))
    found = answer.json()
    if answer.status != 200 or "LastEvaluatedKey" not in found:
        return exchange.reply(answer if answer.status != 200 else exchange.forward())
    key = exchange.world.detour(found["LastEvaluatedKey"], exchange.document.get("ExclusiveStartKey"), exchange.document.get("ScanIndexForward") is False)
    return exchange.reply(answer.with_json(found | {"Items": [], "Count": 0, "ScannedCount": 0, "LastEvaluatedKey": key}))


def unprocessed(exchange, options):
    """Of a batch only the first `keep` are carried out; the rest come back as not processed."""
    kept, rest, left = {}, {}, options["keep"]
    for table, wanted in exchange.document.get("RequestItems", {}).items():
        keys = wanted["Keys"] if isinstance(wanted, dict) else wanted
        for part, into in ((keys[:left], kept), (keys[left:], rest)):
            if part:
                into[table] = wanted | {"Keys": part} if isinstance(wanted, dict) else part
        left -= min(left, len(keys))
    if kept:
        answer = exchange.forward(exchange.request.with_json(exchange.document | {"RequestItems": kept}))
    else:
        answer = wire.Answer(200, json.dumps({"Responses": {}} if exchange.entry["op"] == "BatchGetItem" else {}).encode(), JSON_TYPE)
    member = "UnprocessedKeys" if exchange.entry["op"] == "BatchGetItem" else "UnprocessedItems"
    exchange.reply(answer.with_json(answer.json() | {member: rest}) if answer.status == 200 else answer)


Fault = namedtuple("Fault", "name act options what")
APPLIED = {"applied": False, "retry_after_ms": None}
REASONED = APPLIED | {"reasons": None}
FAULTS = {row.name: row for row in (Fault(*row) for row in (
    # name                  what it does                              options and their defaults
    ("lost",                lost,                                     {"reset": True},
     "closed before the request reaches the service"),
    ("answer-lost",         answer_lost,                              {"reset": True},
     "carried out, and closed before the answer"),
    ("forgotten",           forgotten,                                {"reset": True},
     "a transaction is carried out, closed before the answer, and its token is not known afterwards"),
    ("twice",               twice,                                    {"answer": "first"},
     "carried out twice; the answer is the first, the second or none"),
    ("held",                held,                                     {"until": None, "client": "closed"},
     "carried out once `until` is met (by default the next write of another body that succeeds); the client is closed on, or waits"),
    ("close-after",         close_after,                              {"reset": False},
     "answered, then closed unannounced: the next request on that connection fails"),
    ("outage",              outage,                                   {"connections": 3, "ms": 0},
     "everything is closed; for so many ms nobody listens, or else the next so many connections are reset"),
    ("internal-error",      plain(500, f"{DYNAMODB}InternalServerError", "Internal server error"), APPLIED,
     "500, the service's own"),
    ("forbidden",           gateway(403, "Forbidden"),                APPLIED,
     "403 from something in between, no JSON"),
    ("bad-gateway",         gateway(502, "Bad Gateway"),              APPLIED,
     "502 from something in between, no JSON"),
    ("unavailable",         plain(503, f"{CORAL}ServiceUnavailableException", "Service Unavailable"), APPLIED,
     "503, the service's own"),
    ("gateway-timeout",     gateway(504, "Gateway Timeout"),          APPLIED,
     "504 from something in between, no JSON"),
    ("throttled",           throttle(f"{CORAL}ThrottlingException", "Rate of requests exceeds the allowed throughput.", "throttlingReasons"),
     REASONED, "throttled, with reasons"),
    ("throughput-exceeded", throttle(f"{DYNAMODB}ProvisionedThroughputExceededException", "The level of configured provisioned throughput "
                                     "for the table was exceeded.", "ThrottlingReasons"), REASONED,
     "throttled by the table or an index, with reasons"),
    ("request-limit",       throttle(f"{DYNAMODB}RequestLimitExceeded", "Throughput exceeds the current throughput limit for your account.",
                                     "ThrottlingReasons"), REASONED,
     "throttled by the account's limit, with reasons"),
    ("too-many-requests",   plain(429, f"{CORAL}SlowDownPlease", "Too many requests"), APPLIED,
     "429 under a name that nobody knows"),
    ("expired-token",       plain(400, f"{CORAL}ExpiredTokenException", "The security token included in the request is expired"), APPLIED,
     "the credentials have expired"),
    ("unrecognized-client", plain(400, f"{CORAL}UnrecognizedClientException", "The security token included in the request is invalid."), APPLIED,
     "the credentials are not known"),
    ("access-denied",       plain(400, f"{CORAL}AccessDeniedException", "User is not authorized to perform this action"), APPLIED,
     "the policy forbids it"),
    ("in-progress",         refusal(lambda *_: in_progress_answer()), APPLIED,
     "TransactionInProgressException"),
    ("cancelled",           refusal(cancelled),                       APPLIED | {"reasons": ["ConditionalCheckFailed"]},
     "TransactionCanceledException with these reasons, filled up with None"),
    ("conflict",            refusal(conflict),                        APPLIED | {"item": 0},
     "another transaction holds the item"),
    ("error",               refusal(any_error),                       APPLIED | {"status": 400, "code": f"{CORAL}UnknownError", "message": "Unknown"},
     "any other error"),
    ("truncated",           truncated,                                {"bytes": None, "reset": False},
     "the answer ends after half of its body, or after so many bytes"),
    ("slow",                slow,                                     {"first_ms": 0, "every_ms": 50, "pieces": 10},
     "the answer comes late, and in pieces"),
    ("oversized",           oversized,                                {"bytes": 64 << 20, "sent": True},
     "the answer is this long, or only says so"),
    ("corrupt",             corrupt,                                  {"body": None, "checksum": "differs"},
     "a bit of the answer is wrong, or all of it; the checksum differs or fits"),
    ("wrong-crc",           wrong_crc,                                {},
     "the answer is right, its checksum is not"),
    ("no-crc",              no_crc,                                   {},
     "the answer has no checksum"),
    ("partial",             partial,                                  {"limit": 1},
     "a page of so many items"),
    ("empty-page",          empty_page,                               {},
     "a page without items that is not the last"),
    ("unprocessed",         unprocessed,                              {"keep": 0},
     "so many of a batch are carried out, the others come back"),
    ("torn",                visibility.torn,                          {"visible": 0.5, "until": None, "reveal": 0, "answer": "given"},
     "a transaction is decided, but only a part of it can be seen: a share or a list of its actions; see visibility.py"),
    ("lagging",             visibility.lagging,                       {"table": None},
     "queries of indexes of the table are answered as of the moment at which the script was installed"),
))}
