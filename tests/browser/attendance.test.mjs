// A meeting from its notice to who was there, as the manual tells it. proves: L4 L6 L7
import assert from "node:assert/strict";
import { test } from "node:test";
import { memberLogin } from "./acts.mjs";
import { atMeetings, fillMeeting, inviteAll, memberAndBranch } from "./holding.mjs";
import { Person } from "./person.mjs";
import { walks } from "./walks.mjs";

walks("attendance", (at) => {
  test("a meeting is published, answered, checked in to by a code, and noted by hand", async () => {
    const { house, browser, way } = at;
    const { account, office } = await memberAndBranch(house);
    const officer = await atMeetings(browser, house, way, "attendance-office", office);
    await officer.follow("发布会议");
    await fillMeeting(officer, [], [["召开时间", "2026-03-20T09:40"], ["结束时间", "2026-03-20T11:00"], ["会议地点", "三楼会议室"], ["会议主题", "学习讨论"]]);
    await officer.press("通知党员");
    await inviteAll(officer);
    await officer.follow("签到二维码");
    await officer.picture("code");
    assert.equal(await officer.page.getByRole("button", { name: "打印", exact: true }).count(), way.scripts ? 1 : 0);
    await officer.page.emulateMedia({ media: "print" });
    await officer.picture("code-printed");
    await officer.page.emulateMedia({ media: null });

    const member = await Person.at(browser, house, way, "attendance-member");
    await memberLogin(member, account);
    for (const name of ["组织生活", "会议", "查看报名"]) await member.follow(name);
    await member.fill("请假原因", "出差");
    await member.press("请假");
    await member.press("报名");
    await member.reads("报名成功");

    await house.at("2026-03-20T09:21");
    await officer.follow("投屏二维码");
    await officer.reads("已签到 0 人");
    const drawn = () => officer.page.locator("svg.scan path").getAttribute("d");
    const first = await drawn();
    await house.at("2026-03-20T09:22");
    await officer.page.waitForFunction((first) => document.querySelector("svg.scan path").getAttribute("d") !== first, first, { timeout: 20_000 });

    await officer.page.goto("/office/meetings");
    await house.at("2026-03-20T09:41");
    await officer.page.reload();
    await officer.follow("编辑");
    assert.equal(await officer.heading(), "到会登记");
    await officer.choose(`${account.name} 状态`, "到会");
    await officer.press("保存");
    await officer.reads("修改了1人");
    await member.page.reload();
    await member.reads("手工登记");
    await member.leave();
    await officer.leave();
  });
});
