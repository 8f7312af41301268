// What was held goes into the register, afterwards and with photos, as the manual tells it. proves: L9 L10
import assert from "node:assert/strict";
import { test } from "node:test";
import { atMeetings, fillMeeting, inviteAll, memberAndBranch } from "./holding.mjs";
import { photo } from "./moving.mjs";
import { walks } from "./walks.mjs";

const PHOTO = { name: "minutes.png", mimeType: "image/png", buffer: photo(600, 400) };

walks("registers", (at) => {
  test("a meeting is entered afterwards, archived, corrected, and stands in the register that is printed", async () => {
    const { house, browser, way } = at;
    const { office } = await memberAndBranch(house);
    const officer = await atMeetings(browser, house, way, "registers", office);
    await officer.follow("党小组");
    await officer.follow("添加党小组");
    await officer.fill("党小组名称", "第一党小组");
    await officer.page.getByRole("group", { name: "成员" }).getByRole("checkbox").first().check();
    await officer.press("保存");
    await officer.follow("开展情况");
    for (const name of ["会议管理", "会后补录"]) await officer.follow(name);
    await fillMeeting(officer, [], [["召开时间", "2026-03-12T14:30"], ["结束时间", "2026-03-12T16:00"], ["会议地点", "三楼会议室"], ["主持人", "陈书记"], ["列席人员", "入党积极分子2人"]]);
    await officer.press("下一步");
    await inviteAll(officer);
    await officer.follow("附件");
    await officer.page.getByLabel("文件", { exact: true }).setInputFiles(PHOTO);
    await officer.press("上传附件");
    await officer.follow("会议记录");
    await officer.fill("会议记录", "一、学习文件\n二、讨论发展党员");
    await officer.press("保存会议记录");
    await officer.page.getByLabel("照片", { exact: true }).setInputFiles(PHOTO);
    await officer.fill("说明", "会议记录第 1 页");
    await officer.press("上传照片");
    await officer.reads("照片已上传");
    await officer.follow("归档");
    await officer.reads("还没有登记到会情况");
    await officer.press("确认归档");
    await officer.reads("工作台账已自动生成");
    await officer.follow("更正");
    await officer.fill("主持人", "林书记");
    await officer.fill("更正原因", "主持人写错了");
    await officer.press("保存更正");
    await officer.reads("主持人写错了");
    await officer.on_paper("record", 0);
    await officer.follow("会议", officer.page.getByRole("navigation", { name: "组织生活" }));
    await officer.reads("第一季度党员大会");
    await officer.follow("工作台账");
    await officer.reads("2 条，完整");
    await officer.on_paper("register");
    await officer.press("导出PDF");
    await officer.waitsFor("下载文件");
    const { name, bytes } = await officer.download("下载文件");
    assert.match(name, /台账.*\.pdf$/);
    assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
    await officer.leave();
  });
});
