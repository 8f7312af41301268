// 三员分立: the offices of security, audit and system, each through its own pages, and none through another's. proves: R2 R4
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { officeLogin } from "./acts.mjs";
import { Person, WAYS } from "./person.mjs";
import { walks } from "./walks.mjs";

/** What lies behind the doors of the others: refused in words, and not in the menu. */
async function sees_nothing_else(person, pages) {
  for (const words of ["党员管理", "党费管理", "组织关系转移", "组织生活"]) await person.does_not_read(words);
  for (const path of ["/office/members", "/office/organizations", "/office/dues/records", "/office/cases", ...pages]) {
    await person.open(path);
    await person.reads("不属于您的管理范围");
  }
}

/** A job that was given up, written past the house. */
function a_failed_job(house) {
  const sql = "INSERT INTO job (id, kind, payload, state, due_at, attempts, last_fault, enqueued_at, ended_at) VALUES ('01k0000000000000000000000b', 'keys.rotate', '{\"step\":0}', 'failed', 0, 8, 'the disk was away', 0, 1)";
  const script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=20); c.execute(sys.argv[2]); c.commit()";
  execFileSync("python3", ["-c", script, join(house.folder, "ejia.db"), sql]);
}

walks(
  "the three offices",
  (at) => {
    const account = async (organization_kind) => (await at.house.accounts({ portal: "office", organization_kind, first_login: false }))[0];
    const person = (scene) => Person.at(at.browser, at.house, at.way, scene);

    test("the security office ends a login, shuts out a computer and sees no member", async () => {
      const [branch, committee] = [await account("branch"), await account("committee")];
      const officer = await person("offices-branch");
      await officeLogin(officer, branch);
      const above = await person("offices-committee");
      await officeLogin(above, committee);
      const security = await person("offices-security");
      await officeLogin(security, await account("security_office"));

      await security.follow("登录会话");
      await security.fill("查找管理员", branch.login);
      await security.press("查找");
      const row = security.row(branch.organization);
      assert.match(await row.innerText(), /Linux电脑/);
      await security.press("结束登录", row);
      await security.reads("登录已结束");
      await officer.open("/office");
      assert.equal(await officer.heading(), "党组织登录");

      await security.follow("已登记电脑");
      await security.fill("查找管理员", committee.login);
      await security.press("查找");
      await security.press("停用", security.row(committee.organization));
      await security.reads("电脑已停用");
      assert.ok(!(await above.page.goto("/office").catch(() => null))?.ok(), "the computer is out at once");
      above.complaints.length = 0;

      await security.follow("管理员账号");
      await security.fill("查找管理员", branch.login);
      await security.press("查找");
      await security.reads(branch.organization);
      await sees_nothing_else(security, ["/office/audit/records", "/office/audit/chain", "/office/system"]);
      for (const one of [officer, above, security]) await one.leave();
    });

    test("the audit office reads the record, takes it away, and has the chain walked", async () => {
      const audit = await person("offices-audit");
      await officeLogin(audit, await account("audit_office"));
      await audit.follow("操作记录");
      await audit.reads("结束管理员的登录");
      await audit.reads("停用电脑");
      await audit.choose("操作", "访问被拒绝");
      await audit.press("查询");
      await audit.reads("安全管理办公室");
      await audit.press("导出表格");
      await audit.waitsFor("下载文件");
      assert.match((await audit.download("下载文件")).name, /\.xlsx$/);

      await audit.follow("记录校验");
      await audit.press("校验全部记录");
      await audit.waitsFor("完整无误");
      const checkpoint = await audit.download("下载检查点");
      assert.ok(checkpoint.bytes.length > 100, checkpoint.name);
      await sees_nothing_else(audit, ["/office/security/accounts", "/office/security/sessions", "/office/system"]);
      await audit.leave();
    });

    test("the system office sees a job that was given up and has it done again", async () => {
      a_failed_job(at.house);
      const system = await person("offices-system");
      await officeLogin(system, await account("system_office"));
      await system.follow("运行情况");
      await system.press("重新执行", system.row("the disk was away"));
      await system.reads("重新排队");
      await system.does_not_read("the disk was away");
      await system.follow("消息发送情况");
      await sees_nothing_else(system, ["/office/security/accounts", "/office/audit/records"]);
      await system.leave();
    });
  },
  WAYS.filter((way) => ["desktop", "phone-plain"].includes(way.name)),
);
