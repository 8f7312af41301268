// Tables for the statistics software: whole, compared with one that was given. proves: M9
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { officeLogin } from "./acts.mjs";
import { Person } from "./person.mjs";
import { walks } from "./walks.mjs";

walks("exports", (at) => {
  test("a committee takes its tables away and compares the one it gets back", async () => {
    const { house, browser, way } = at;
    const person = await Person.at(browser, house, way, "exports");
    const [committee] = await house.accounts({ portal: "office", organization_kind: "committee" });
    await officeLogin(person, committee);
    await person.follow("党组织管理");
    await person.follow("数据导出");
    await person.reads("还没有导出过");
    await person.press("导出");
    await person.waitsFor("下载文件");
    const { name, bytes } = await person.download("下载文件");
    assert.match(name, /党员信息.*\.xlsx$/);
    assert.equal(bytes.subarray(0, 2).toString(), "PK");
    const table = join(house.folder, "党统导出.xlsx");
    writeFileSync(table, bytes);
    await person.follow("党组织管理");
    await person.follow("数据导出");
    await person.field("表格文件").setInputFiles(table);
    await person.press("上传并比对");
    await person.waitsFor("下载文件");
    await person.follow("党组织管理");
    await person.follow("数据导出");
    await person.reads("与党统表格比对");
    await person.leave();
  });
});
