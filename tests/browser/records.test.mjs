// Import, records, review, administrators, allocation, deletion, unmasking, help desk. proves: M1 M2 M3 M4 M5 M6 M7 A4 A9 A10
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { memberLogin, officeLogin } from "./acts.mjs";
import { House } from "./house.mjs";
import { openChromium, Person, WAYS } from "./person.mjs";
import { idCard, members } from "./tables.mjs";

const realTables = resolve(import.meta.dirname, "../../../shared/data/tables");

for (const way of WAYS) {
  describe(`records, ${way.name}`, () => {
    let house;
    let browser;
    let branch;
    let people;
    before(async () => {
      house = await House.start();
      browser = await openChromium();
      people = await house.accounts({ portal: "member", first_login: false });
      [branch] = await house.accounts({ portal: "office", organization: people[0].organization });
    });
    after(async () => {
      await browser?.close();
      await house?.close();
    });

    const visitor = (scene) => Person.at(browser, house, way, scene);
    const officer = async (scene, wanted) => {
      const person = await visitor(scene);
      const [account] = await house.accounts({ portal: "office", ...wanted });
      await officeLogin(person, account);
      return person;
    };
    const upload = async (person, path) => {
      await person.follow("党组织管理");
      await person.follow("数据导入");
      await person.field("表格文件").setInputFiles(path);
      await person.press("上传并核对");
    };

    test("a committee imports a table: upload, preview, confirmation, report", async () => {
      const person = await officer("import", { organization_kind: "committee" });
      const table = join(house.folder, "党员名册.csv");
      writeFileSync(table, members(branch.organization));
      await upload(person, table);
      await person.waitsFor("核对结果");
      await person.look("-preview");
      await person.reads("周错号");
      await person.press("确认导入");
      await person.waitsFor("导入结果");
      await person.look("-report");
      const download = person.page.waitForEvent("download");
      await person.page.getByRole("link", { name: "下载逐行结果", exact: true }).click();
      assert.match((await download).suggestedFilename(), /\.xlsx$/);

      await upload(person, table);
      await person.waitsFor("核对结果");
      await person.reads("没有需要写入的内容");
      await person.press("取消导入");

      await person.follow("党员管理");
      const kinds = [["欧阳𬱖", "欧阳𬱖"], ["海燕", "林海燕"], ["lhy", "林海燕"], ["13900010001", "林海燕"], [idCard("19850305", 982), "林海燕"]];
      for (const [asked, found] of kinds) {
        await person.fill("查找党员", asked);
        await person.press("查找");
        assert.ok(await person.row(found).isVisible(), `${asked} finds ${found}`);
      }
      await person.fill("查找党员", "无此人名");
      await person.press("查找");
      await person.reads("没有符合条件的党员");
      await person.leave();
    });

    test("tables that do not belong here are previewed with a reason for every line", { skip: !existsSync(realTables) || way.width < 1000 }, async () => {
      const person = await officer("foreign", { organization_kind: "committee" });
      for (const name of ["党员.csv", "党员.xlsx", "党组织.xls"]) {
        await upload(person, join(realTables, name));
        await person.waitsFor("核对结果");
        await person.look(`-${name}`);
        await person.reads("不能导入的行");
        await person.press("取消导入");
      }
      await person.leave();
    });

    test("a member completes his record, his branch reviews it, and he finds it locked", async () => {
      const [account] = people;
      const member = await visitor("review");
      await memberLogin(member, account);
      assert.equal(await member.heading(), "我的档案");
      await member.fill("工作岗位", "海洋研究员");
      await member.choose("民族", "畲族");
      await member.press("保存");
      await member.reads("已提交党支部审核");

      const person = await officer("review", { organization: branch.organization });
      await person.follow("党员管理");
      await person.follow("档案审核");
      await person.look();
      await person.reads("畲族");
      await person.press(`全部通过${account.name}的修改`);
      await person.reads("已锁定");
      await person.leave();

      await member.follow("我的档案");
      await member.reads("灰色部分已经审核");
      assert.equal(await member.field("民族").inputValue(), "畲族");
      assert.ok(await member.field("民族").evaluate((field) => field.readOnly));
      assert.equal(await member.field("工作岗位").inputValue(), "海洋研究员");
      await member.leave();
    });

    test("a committee finds, unmasks with a reason, allocates and deletes; the member sees who looked", async () => {
      const [, account, moved] = people;
      const person = await officer("committee", { organization_kind: "committee" });
      await person.follow("党员管理");
      await person.fill("查找党员", account.phone);
      await person.press("查找");
      await person.follow(account.name, person.row(account.name));
      await person.does_not_read(account.login);
      await person.fill("查看原因", "核对党费台账");
      await person.press("查看完整信息");
      await person.look("-unmasked");
      await person.reads(account.login);

      await person.follow("党员管理");
      await person.fill("查找党员", moved.name.slice(0, 2));
      await person.press("查找");
      await person.page.getByLabel(`选择${moved.name}`, { exact: true }).first().check();
      await person.press("划拨");
      await person.fill("拟划入党支部", "支部");
      await person.press("划拨");
      await person.look("-candidates");
      await person.page.getByRole("group", { name: "查到的党支部" }).getByRole("radio").last().check();
      await person.press("划拨");
      await person.reads("已划拨1名党员");

      await person.fill("查找党员", moved.name);
      await person.press("查找");
      await person.follow(moved.name, person.row(moved.name));
      await person.follow("删除");
      await person.choose("删除原因", "已转出");
      await person.press("删除");
      await person.reads("历史党员");
      await person.follow("历史党员");
      await person.follow(moved.name, person.row(moved.name));
      await person.reads("已转出");
      await person.leave();

      const member = await visitor("readers");
      await memberLogin(member, account);
      await member.follow("谁看过我的档案");
      await member.reads("核对党费台账");
      await member.leave();
    });

    test("an administrator is added, corrected and set back, and never a third", async () => {
      const person = await officer("administrators", { organization_kind: "committee" });
      await person.follow("党组织管理");
      await person.follow("管理员信息");
      await person.follow("新增");
      await person.fill("用户名", "汉字");
      await person.fill("姓名", "许二号");
      await person.fill("手机号", "13900020002");
      await person.press("保存");
      await person.reads("用户名只能由字母和数字组成");
      await person.fill("用户名", `second${way.width}`);
      await person.press("保存");
      await person.reads("管理员已新增");
      assert.equal(await person.page.getByRole("link", { name: "新增", exact: true }).count(), 0);
      await person.follow("修改", person.row("许二号"));
      await person.fill("手机号", "13900020003");
      await person.press("保存");
      await person.follow("修改", person.row("许二号"));
      await person.press("重置密码");
      await person.reads("123456");
      await person.follow("组织架构");
      await person.follow("首页");
      await person.leave();
    });

    test("a branch edits records, cannot allocate, and a taken phone becomes a case of the help desk", async () => {
      const [first, , , last] = people;
      const person = await officer("branch", { organization: branch.organization });
      await person.follow("党员管理");
      assert.equal(await person.page.getByRole("button", { name: "划拨", exact: true }).count(), 0);
      await person.follow(last.name, person.row(last.name));
      assert.equal(await person.page.getByRole("link", { name: "划拨", exact: true }).count(), 0);
      await person.follow("编辑");
      await person.fill("手机号", first.phone);
      await person.press("保存");
      await person.reads("手机号被占用");
      const number = (await person.page.locator("body").innerText()).match(/K\d{4}-\d+/)[0];
      await person.follow("党员档案管理");
      await person.follow(last.name, person.row(last.name));
      await person.follow("修改密码", person.page.getByRole("main"));
      await person.fill("新密码", "Jimei20267");
      await person.fill("再次输入新密码", "Jimei20267");
      await person.press("保存");
      await person.reads("密码已修改");
      await person.leave();

      const desk = await officer("desk", { organization_kind: "help_desk" });
      await desk.follow("客服工作台", desk.page.getByRole("navigation"));
      await desk.follow(number);
      await desk.choose("处理结果", "维持现状");
      await desk.fill("核实情况", "已电话核实，号码属于现持有人。");
      await desk.press("提交处理结果");
      await desk.reads("工单已处理");
      await desk.leave();
    });
  });
}
