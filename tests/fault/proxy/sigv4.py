"""AWS Signature Version 4 as AWS documents it, for one purpose: to say of a request what DynamoDB would say of its signature.

Shares nothing with the program's own signer. Times are datetimes in UTC and passed in.
"""
import hashlib
import hmac
import re
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

TOLERANCE = timedelta(minutes=5)
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>[^/, ]+)/(?P<day>\d{8})/(?P<region>[^/, ]+)/(?P<service>[^/, ]+)/aws4_request, *"
    r"SignedHeaders=(?P<signed>[^, ]+), *Signature=(?P<signature>[0-9a-f]{64})")


class Refused(Exception):
    """What DynamoDB answers to a request whose signature it does not accept: a type and a message."""

    def __init__(self, kind, message, is_time=False):
        super().__init__(f"{kind}: {message}")
        self.kind, self.message, self.is_time = kind, message, is_time


def canonical_request(method, target, headers, signed, body):
    """The canonical request of `headers`, a list of (name, value), of which the names in `signed` are part."""
    path, _, query = target.partition("?")
    pairs = sorted((pair.partition("=")[0], pair.partition("=")[2]) for pair in query.split("&") if pair)
    values = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(" ".join(value.split()))
    lines = [f"{name}:{','.join(values[name])}" for name in signed]
    return "\n".join([method, quote(path, safe="/-_.~"), "&".join(f"{name}={value}" for name, value in pairs),
                      *lines, "", ";".join(signed), hashlib.sha256(body).hexdigest()])


def signature(secret, moment, scope, canonical):
    """The signature in hexadecimal; `scope` is day/region/service/aws4_request."""
    key = b"AWS4" + secret.encode()
    for word in scope.split("/"):
        key = hmac.digest(key, word.encode(), "sha256")
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def sign(request, key, secret, region, now, token=None):
    """The headers that sign `request` (method, target, headers, body); its headers must hold Host."""
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    headers = [*request.headers, ("X-Amz-Date", moment), *([("X-Amz-Security-Token", token)] if token else [])]
    signed = sorted({name.lower() for name, _ in headers})
    scope = f"{moment[:8]}/{region}/dynamodb/aws4_request"
    made = signature(secret, moment, scope, canonical_request(request.method, request.target, headers, signed, request.body))
    words = f"Credential={key}/{scope}, SignedHeaders={';'.join(signed)}, Signature={made}"
    return [*headers, ("Authorization", f"AWS4-HMAC-SHA256 {words}")]


def verify(request, keys, region, now):
    """Raises Refused unless the request is signed by one of `keys`, {id: {"secret": …, "token": … or absent}}, at about `now`."""
    found = request.header("authorization")
    if found is None:
        raise Refused("MissingAuthenticationTokenException", "Request is missing Authentication Token")
    part = AUTHORIZATION.fullmatch(found)
    moment = request.header("x-amz-date") or ""
    if not part or not re.fullmatch(r"\d{8}T\d{6}Z", moment):
        raise Refused("IncompleteSignatureException", "Authorization header or X-Amz-Date is missing or malformed")
    key = keys.get(part["key"])
    if key is None:
        raise Refused("UnrecognizedClientException", "The security token included in the request is invalid.")
    if request.header("x-amz-security-token") != key.get("token"):
        raise Refused("UnrecognizedClientException", "The security token included in the request is invalid: another session token")
    check_scope(part, moment, region, now)
    signed = part["signed"].split(";")
    present = {name.lower() for name, _ in request.headers}
    must = {"host"} | {name for name in present if name.startswith("x-amz-") or name == "content-type"}
    if signed != sorted(set(signed)) or not must <= set(signed) <= present:
        raise Refused("InvalidSignatureException", f"signed headers are {signed}, must hold {sorted(must)}, may hold {sorted(present)}")
    scope = f"{part['day']}/{part['region']}/{part['service']}/aws4_request"
    canonical = canonical_request(request.method, request.target, request.headers, signed, request.body)
    if not hmac.compare_digest(signature(key["secret"], moment, scope, canonical), part["signature"]):
        raise Refused("InvalidSignatureException", "The request signature we calculated does not match the signature you provided.")


def check_scope(part, moment, region, now):
    """The credential's scope against the region and the time."""
    if (part["region"], part["service"], part["day"]) != (region, "dynamodb", moment[:8]):
        raise Refused("InvalidSignatureException", f"Credential should be scoped to {moment[:8]}/{region}/dynamodb")
    try:
        signed_at = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        raise Refused("IncompleteSignatureException", f"Date {moment} is no date") from None
    if abs(signed_at - now) <= TOLERANCE:
        return
    limit, here = (t.strftime("%Y%m%dT%H%M%SZ") for t in (now - TOLERANCE if signed_at < now else now + TOLERANCE, now))
    if signed_at < now:
        raise Refused("InvalidSignatureException", f"Signature expired: {moment} is now earlier than {limit} ({here} - 5 min.)", is_time=True)
    raise Refused("InvalidSignatureException", f"Signature not yet current: {moment} is still later than {limit} ({here} + 5 min.)", is_time=True)
