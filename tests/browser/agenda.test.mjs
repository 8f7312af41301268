// An agenda on which members speak and vote in secret, as the manual tells it. proves: L3 L5
import assert from "node:assert/strict";
import { test } from "node:test";
import { memberLogin } from "./acts.mjs";
import { atMeetings, fillMeeting, inviteAll, memberAndBranch } from "./holding.mjs";
import { Person } from "./person.mjs";
import { walks } from "./walks.mjs";

walks("agenda", (at) => {
  test("items are added, spoken to, voted upon in secret and decided in the room", async () => {
    const { house, browser, way } = at;
    const { account, office } = await memberAndBranch(house);
    const officer = await atMeetings(browser, house, way, "agenda-office", office);
    await officer.follow("发布会议");
    await fillMeeting(officer, [["会议方式", "线上"]], [["召开时间", "2026-03-20T09:10"], ["结束时间", "2026-03-20T11:00"]]);
    await officer.press("通知党员");
    await inviteAll(officer);
    const add = async (kind, title, more = []) => {
      await officer.follow("添加议题");
      await officer.choose("议题类型", kind);
      for (const [label, value] of [["议题名称", title], ...more]) await officer.fill(label, value);
      if (kind === "征求意见投票") await officer.picture("form");
      await officer.press("保存");
      await officer.reads("议题已添加");
    };
    await add("讨论", "学习心得", [["说明", "结合工作谈谈体会"]]);
    await add("征求意见投票", "主题党日去哪里", [["选项", "鼓浪屿\n集美学村\n中山路"], ["最多可选", "2"]]);
    await add("表决", "关于修缮党员活动室的决议");
    await officer.press("上移：主题党日去哪里");
    await officer.picture("agenda");
    await officer.follow("查看：主题党日去哪里");
    await officer.picture("before");
    await officer.press("开始投票");
    await officer.reads("投票已开始");

    const member = await Person.at(browser, house, way, "agenda-member");
    await memberLogin(member, account);
    for (const name of ["组织生活", "会议", "查看报名", "会议议题", "发表意见：学习心得"]) await member.follow(name);
    await member.fill("我的意见", "理论联系实际，多下基层。");
    await member.press("发表意见");
    await member.reads("意见已发表");
    await member.picture("opinion");
    await member.follow("← 会议议题");
    await member.follow("在线投票：主题党日去哪里");
    await member.follow("投票");
    await member.reads("请先把查票码抄在纸上");
    const code = await member.page.locator(".voter-code").textContent();
    for (const option of ["鼓浪屿", "中山路"]) await member.page.getByLabel(option).check();
    await member.picture("paper");
    await member.press("投票");
    await member.reads("投票成功");
    assert.ok(!member.page.url().includes(code));
    await member.picture("cast");
    const poll = member.page.url().replace(/\/(vote|cast).*/, "");
    for (const other of (await house.accounts({ portal: "member", first_login: false })).slice(1, 3)) {
      const voter = await Person.at(browser, house, way, "agenda-other");
      await memberLogin(voter, other);
      await voter.page.goto(poll);
      await voter.follow("投票");
      await voter.page.getByLabel("集美学村").check();
      await voter.press("投票");
      await voter.reads("投票成功");
      await voter.leave();
    }

    await officer.page.reload();
    await officer.picture("voting");
    await officer.page.locator("summary", { hasText: "结束投票" }).click();
    await officer.press("确认结束投票");
    await officer.waitsFor("中山路");
    await officer.reads("3 / 26");
    await officer.picture("counted");
    await member.page.goto(poll);
    await member.fill("查票码", code);
    await member.press("查票");
    await member.reads(`查票码 ${code} 的选票：鼓浪屿、中山路`);
    await officer.page.goto(officer.page.url().replace(/\/agenda\/.*/, "/agenda"));
    await officer.follow("查看：关于修缮党员活动室的决议");
    await officer.picture("quorum");
    const resolution = officer.page.url();
    await house.at("2026-03-20T09:11");
    await officer.page.goto(resolution.replace(/\/agenda\/.*/, "/attendance"));
    await officer.press("其余登记为到会并保存");
    await officer.page.goto(resolution);
    for (const [label, votes] of [["赞成", "20"], ["反对", "1"], ["弃权", "3"]]) await officer.fill(label, votes);
    await officer.press("登记表决结果");
    await officer.reads("通过");
    await officer.picture("resolved");
    await member.leave();
    await officer.leave();
  });
});
