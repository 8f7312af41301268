// Takes the pictures of the README from a fresh demo, by its labels: node tests/browser/pictures.mjs
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { officeLogin, memberLogin } from "./acts.mjs";
import { atMeetings, fillMeeting, inviteAll, memberAndBranch } from "./holding.mjs";
import { House } from "./house.mjs";
import { openSheet } from "./paying.mjs";
import { openChromium, Person } from "./person.mjs";

const folder = resolve(import.meta.dirname, "../../docs/pictures");
const DESKTOP = { name: "desktop", width: 1200, height: 800, scripts: true };
const PHONE = { name: "phone", width: 390, height: 780, scripts: true };

async function picture(person, name) {
  await person.page.evaluate(() => document.activeElement?.blur());
  await person.page.screenshot({ path: join(folder, `${name}.jpg`), type: "jpeg", quality: 82 });
}

async function branch(house, browser, office) {
  const officer = await atMeetings(browser, house, DESKTOP, "picture", office);
  await officer.follow("发布会议");
  await fillMeeting(officer, [], [["召开时间", "2026-03-20T15:00"], ["结束时间", "2026-03-20T16:30"], ["会议地点", "三楼会议室"], ["会议主题", "学习讨论"]]);
  await officer.press("通知党员");
  await inviteAll(officer);
  await officer.press("通知");
  await picture(officer, "meeting");
  await officer.open("/office");
  await openSheet(officer, "2026年3月");
  const bases = officer.page.locator("input[name=base]");
  for (let place = 0; place < (await bases.count()); place += 1) await bases.nth(place).fill(String(3200 + 450 * (place % 9)));
  await officer.press("提交并通知交纳");
  await picture(officer, "dues");
}

async function city(house, browser) {
  const [office] = await house.accounts({ portal: "office", organization_kind: "city_committee" });
  const officer = await Person.at(browser, house, DESKTOP, "picture");
  await officeLogin(officer, office);
  await officer.follow("数据概览");
  await picture(officer, "overview");
}

async function member(house, browser, account) {
  const person = await Person.at(browser, house, DESKTOP, "picture");
  await memberLogin(person, account);
  await person.open("/member/meetings");
  await picture(person, "member");
  const phone = await Person.at(browser, house, PHONE, "picture");
  await phone.open("/sandbox/phone?user=u1");
  await phone.press("关注");
  await phone.page.getByRole("link", { name: "微平台", exact: true }).waitFor();
  await phone.follow("微平台");
  await phone.follow("身份绑定");
  await phone.fill("身份证号", account.login);
  await phone.fill("密码", account.password);
  await phone.press("绑定");
  await phone.open("/wechat/dues");
  await picture(phone, "phone");
}

mkdirSync(folder, { recursive: true });
const house = await House.start();
const browser = await openChromium();
try {
  const { account, office } = await memberAndBranch(house);
  const visitor = await Person.at(browser, house, DESKTOP, "picture");
  await visitor.open("/");
  await picture(visitor, "front");
  await branch(house, browser, office);
  await member(house, browser, account);
  await city(house, browser);
} finally {
  await browser.close();
  await house.close();
}
