"""wechatpy as the other side of the cipher: reads a task as JSON, answers as JSON."""

import json
import sys

from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature

task = json.load(sys.stdin)
crypto = WeChatCrypto(task["token"], task["key"], task["app_id"])
answer = {}

# Our signature of a call.
call = task["call"]
check_signature(task["token"], call["signature"], call["timestamp"], call["nonce"])
try:
    check_signature(task["token"], call["signature"][::-1], call["timestamp"], call["nonce"])
    sys.exit("a wrong signature was taken")
except InvalidSignatureException:
    pass

# Our encrypted answer.
reply = task["reply"]
message = crypto.decrypt_message(reply["body"], reply["signature"], reply["timestamp"], reply["nonce"])
answer["reply"] = parse_message(message).content

# A message of theirs.
answer["sealed"] = crypto.encrypt_message(task["message"], call["nonce"], call["timestamp"])
json.dump(answer, sys.stdout)
