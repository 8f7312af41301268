// 帮助中心: looked over as everybody sees it, on the web and inside WeChat.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Person } from "./person.mjs";
import { walks } from "./walks.mjs";

walks("help", (at) => {
  test("a question is found, read and followed to where it is done", async () => {
    const person = await Person.at(at.browser, at.house, at.way, "help");
    await person.open("/member/login");
    await person.follow("帮助中心");
    await person.reads("这一页的常见问题");
    await person.fill("搜索帮助", "密码忘了");
    await person.press("搜索");
    await person.page.getByRole("link", { name: "党员忘记密码怎么办？" }).first().click();
    await person.settle();
    assert.equal(await person.heading(), "党员忘记密码怎么办？");
    await person.follow("忘记密码");
    assert.equal(await person.heading(), "忘记密码");
    await person.open("/help?q=" + encodeURIComponent("红烧肉"));
    await person.reads("没有找到相关的回答");
    await person.open("/help");
    await person.page.locator("summary").filter({ hasText: "交纳党费" }).first().click();
    await person.settle();
    await person.follow("怎样请别人替我交党费？");
    await person.open("/wechat/help");
    await person.open("/wechat/help/pay-online");
    await person.leave();
  });

  test("the letters of help grow with the others", async () => {
    const person = await Person.at(at.browser, at.house, at.way, "help-large");
    await person.open("/help/let-somebody-pay");
    await person.follow("关怀版");
    assert.equal(await person.heading(), "怎样请别人替我交党费？");
    await person.leave();
  });
});
