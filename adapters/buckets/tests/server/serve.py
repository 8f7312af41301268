"""Buckets at another hand's server (moto). In front of it every signed address is reckoned anew by another hand's client
(botocore), since moto itself looks at none. Says where it is and who may come in, and ends when nobody listens any more."""

import datetime
import sys
import threading
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import boto3
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

REGION = "cn-east"
KNOWN = Credentials("AKIAEJIAEJIAEJIAEJIA", "a/secret+of-tests/and+of-nobody-else=")


def why_not(request):
    """Why a request is not let in; nothing where it is."""
    told = dict(parse_qsl(request.query_string.decode()))
    try:
        key, day, region, service, _ = told["X-Amz-Credential"].split("/")
        asked_at = datetime.datetime.strptime(told["X-Amz-Date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
        holds, signature = int(told["X-Amz-Expires"]), told["X-Amz-Signature"]
    except (KeyError, ValueError):
        return "AccessDenied"
    now = datetime.datetime.now(datetime.timezone.utc)
    if key != KNOWN.access_key:
        return "InvalidAccessKeyId"
    if not -900 < (now - asked_at).total_seconds() < holds:
        return "AccessDenied"
    parts = urlsplit(request.url)
    unsigned = "&".join(
        word for word in request.query_string.decode().split("&") if not word.startswith("X-Amz-Signature=")
    )
    # The path as it came, not as it reads.
    path = request.environ["RAW_URI"].split("?")[0]
    asked = AWSRequest(request.method, urlunsplit((parts.scheme, request.host, path, unsigned, "")))
    asked.headers["host"] = request.host
    asked.context["timestamp"] = told["X-Amz-Date"]
    reckoned = S3SigV4QueryAuth(KNOWN, service, region, holds)
    right = reckoned.signature(reckoned.string_to_sign(asked, reckoned.canonical_request(asked)), asked)
    is_right = (right, REGION, "s3", told["X-Amz-Date"][:8]) == (signature, region, service, day)
    return None if is_right else "SignatureDoesNotMatch"


class Gate:
    """Stands in front of the server; open while the buckets are made."""

    def __init__(self, server):
        self.server, self.is_open = server, True

    def __call__(self, environ, answer):
        why = None if self.is_open else why_not(Request(environ))
        if why is None:
            return self.server(environ, answer)
        body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{why}</Code></Error>'
        return Response(body, 403, mimetype="application/xml")(environ, answer)


gate = Gate(DomainDispatcherApplication(create_backend_app))
server = make_server("127.0.0.1", 0, gate, threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = f"http://127.0.0.1:{server.server_port}"
s3 = boto3.client(
    "s3",
    endpoint_url=endpoint,
    region_name=REGION,
    aws_access_key_id=KNOWN.access_key,
    aws_secret_access_key=KNOWN.secret_key,
)
for name in ("ejia", "versions"):
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
gate.is_open = False
print(endpoint, KNOWN.access_key, KNOWN.secret_key, flush=True)
sys.stdin.read()
