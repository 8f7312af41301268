// What the manual says of WeChat, on the sandbox's phone: follow, bind, pay, come to a meeting, move. proves: A12 A13 T1 T7 D5 L2 L4 L6
import assert from "node:assert/strict";
import { test } from "node:test";
import { atMeetings, fillMeeting, inviteAll, memberAndBranch } from "./holding.mjs";
import { openSheet, payByDebitCard, toTheCounter } from "./paying.mjs";
import { Person, WAYS } from "./person.mjs";
import { walks } from "./walks.mjs";

const PHONE = "/sandbox/phone?user=u1";

/** Opens an entry of the official account's menu on the phone. */
async function open(person, button, entry) {
  await person.open(PHONE);
  await person.follow(button);
  await person.follow(entry);
}

/** Follows the account; the menu comes along as soon as the product has set it. */
async function followAccount(person) {
  await person.open(PHONE);
  await person.press("关注");
  for (let turn = 0; turn < 100 && (await person.page.getByRole("link", { name: "我要", exact: true }).count()) === 0; turn += 1) {
    await new Promise((wake) => setTimeout(wake, 200));
    await person.page.goto(PHONE);
  }
}

async function bind(person, account) {
  await open(person, "微平台", "身份绑定");
  assert.equal(await person.heading(), "身份绑定");
  await person.fill("身份证号", account.login);
  await person.fill("密码", account.password);
  await person.press("绑定");
}

walks("WeChat", (at) => {
  test("a phone follows, binds, pays, comes to a meeting, applies to move, and is unbound when it follows no more", async () => {
    const { house, browser, way } = at;
    const { account, office } = await memberAndBranch(house);
    const person = await Person.at(browser, house, way, "wechat");
    await followAccount(person);
    await person.reads("欢迎关注");
    await bind(person, account);
    await person.reads(account.name);
    await person.look("-bound");

    const officer = await atMeetings(browser, house, { ...way, width: 1280, height: 900 }, "wechat-office", office);
    await officer.follow("发布会议");
    await fillMeeting(officer, [], [["召开时间", "2026-03-20T09:40"], ["结束时间", "2026-03-20T11:00"], ["会议地点", "三楼会议室"], ["会议主题", "学习讨论"]]);
    await officer.press("通知党员");
    await inviteAll(officer);
    await officer.press("通知");
    await officer.follow("签到二维码");

    await person.open(PHONE);
    for (let turn = 0; turn < 100 && !(await person.page.locator("body").innerText()).includes("会议通知"); turn += 1) {
      await new Promise((wake) => setTimeout(wake, 200));
      await person.page.goto(PHONE);
    }
    await person.reads("会议通知");
    assert.ok(!(await house.letters(account.phone)).some((text) => text.includes("召开")), "who has WeChat gets no text message too");
    await person.follow("查看详情");
    await open(person, "我要", "参加会议");
    await person.follow("查看报名");
    await person.press("报名");
    await person.reads("报名成功");

    await openSheet(officer, "2026年3月");
    const bases = officer.page.locator("input[name=base]");
    for (let place = 0; place < (await bases.count()); place += 1) await bases.nth(place).fill("3000");
    await officer.press("提交并通知交纳");
    await officer.reads("已提交");
    await open(person, "我要", "交党费");
    await person.look();
    await toTheCounter(person, "支付宝");
    await payByDebitCard(person);
    assert.match(person.page.url(), /\/wechat\/dues\/orders\//);

    await open(person, "我要", "组织关系转移");
    await person.follow("平台内");
    await person.look();
    await open(person, "我要", "组织关系转入");
    await person.follow("添加申请");
    await person.fill("手机号", "13959210001");
    await person.press("获取验证码");
    await person.fill("验证码", await house.code("13959210001"));
    await person.press("确认");
    assert.equal(await person.heading(), "添加申请");

    await open(person, "微平台", "首页");
    await person.follow("关怀版");
    await person.look("-large");
    await person.follow("标准版");

    await person.open(PHONE);
    await person.press("取消关注");
    await followAccount(person);
    await open(person, "我要", "参加会议");
    assert.equal(await person.heading(), "身份绑定");
    await officer.leave();
    await person.leave();
  });
}, WAYS.filter((way) => way.name.startsWith("phone")));
