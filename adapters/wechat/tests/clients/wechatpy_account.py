"""wechatpy as the account's client: its calls go to the sandbox, and what comes back is told as JSON."""

import json
import sys

import requests
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException, WeChatOAuthException
from wechatpy.oauth import WeChatOAuth

task = json.load(sys.stdin)
base = task["base"]


class Redirected(HTTPAdapter):
    """Takes what is meant for the service to the sandbox."""

    def send(self, request, **kwargs):
        request.url = request.url.replace("https://api.weixin.qq.com", base, 1)
        return HTTPAdapter().send(request, **kwargs)


def refused(call):
    try:
        call()
    except (WeChatClientException, WeChatOAuthException) as refusal:
        return refusal.errcode
    sys.exit("nothing was refused")


client = WeChatClient(task["app_id"], task["secret"])
client._http.mount("https://", Redirected())
answer = {}

data = {"thing1": {"value": "党员大会"}, "time2": {"value": "2026年3月21日 15:00"}}
sent = client.message.send_template(task["openid"], task["template"], data, url="https://ejia.example/w")
answer["number"] = str(sent["msgid"])
answer["stranger"] = refused(lambda: client.message.send_template("oStranger", task["template"], data))
answer["template"] = refused(lambda: client.message.send_template(task["openid"], "other", data))

answer["no_menu"] = refused(lambda: client.menu._get("menu/get"))
client.menu.create({"button": [{"name": "交党费", "type": "view", "url": "https://ejia.example/wechat/dues"}]})
answer["menu"] = client.menu.get()["menu"]["button"][0]["name"]
answer["long_name"] = refused(lambda: client.menu.create({"button": [{"name": "一二三四五六", "type": "click", "key": "k"}]}))
client.menu.delete()

code = client.qrcode.create(
    {"expire_seconds": 600, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "hall-3"}}}
)
answer["ticket"] = code["ticket"]
answer["picture"] = client.qrcode.get_url(code["ticket"])

ticket = client.jsapi.get_jsapi_ticket()
page = task["page"]
answer["page"] = client.jsapi.get_jsapi_signature("n0nce", ticket, page["timestamp"], page["address"])

oauth = WeChatOAuth(task["app_id"], task["secret"], task["back"], state="s7a7e")
oauth._http.mount("https://", Redirected())
answer["authorize"] = oauth.authorize_url
arrival = requests.get(
    oauth.authorize_url.replace("https://open.weixin.qq.com", base, 1),
    cookies={"sandbox_wechat_user": "u1"},
    allow_redirects=False,
)
given = arrival.headers["location"].split("code=")[1].split("&")[0]
answer["openid"] = oauth.fetch_access_token(given)["openid"]
answer["used"] = refused(lambda: oauth.fetch_access_token(given))

stranger = WeChatClient(task["app_id"], "wrong")
stranger._http.mount("https://", Redirected())
answer["secret"] = refused(lambda: stranger.fetch_access_token())
json.dump(answer, sys.stdout)
