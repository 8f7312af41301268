// The front page and the ways in: first logins, changed and forgotten passwords. proves: A1 A2 A3 A5 A6 A7 A14
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { memberFirstLogin, memberLogin, officeFirstLogin, officeLogin, OWN } from "./acts.mjs";
import { House } from "./house.mjs";
import { openChromium, Person, WAYS } from "./person.mjs";

for (const way of WAYS) {
  describe(`the ways in, ${way.name}`, () => {
    let house;
    let browser;
    before(async () => {
      house = await House.start();
      browser = await openChromium();
    });
    after(async () => {
      await browser?.close();
      await house?.close();
    });
    const visitor = (scene) => Person.at(browser, house, way, scene);

    test("the front page has four doors and each opens", async () => {
      const person = await visitor("front");
      for (const door of ["党员登录", "党组织登录", "组织关系转入", "帮助中心"]) {
        await person.open("/");
        await person.follow(door);
        assert.equal(await person.heading(), door);
      }
      await person.open("/no-such-page");
      await person.open("/sandbox/");
      await person.leave();
    });

    test("a keyboard reaches the text at once, and the field a refusal names", { skip: !way.scripts }, async () => {
      const person = await visitor("keyboard");
      await person.open("/help");
      await person.page.keyboard.press("Tab");
      const skip = person.page.getByRole("link", { name: "跳到正文", exact: true });
      assert.ok(await skip.evaluate((link) => link === document.activeElement && link.getBoundingClientRect().left >= 0));
      await person.page.keyboard.press("Enter");
      assert.equal(await person.page.evaluate(() => document.activeElement.id), "main");
      const [account] = await house.accounts({ portal: "member", first_login: false });
      await memberLogin(person, account);
      await person.follow("修改密码");
      await person.fill("原密码", account.password);
      await person.fill("新密码", "12345678");
      await person.fill("再次输入新密码", "12345678");
      await person.press("保存");
      const refusal = await person.page.getByRole("alert").getByRole("link").first().innerText();
      const field = person.field("新密码");
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      assert.ok((await field.evaluate((input) => input.getAttribute("aria-describedby").split(/\s+/).map((id) => document.getElementById(id).innerText))).includes(refusal));
      await person.leave();
    });

    test("the pages inside WeChat show no full number", async () => {
      const person = await visitor("wechat");
      const [account] = await house.accounts({ portal: "member", first_login: false });
      await person.open("/wechat/login");
      await person.fill("身份证号或手机号码", account.login);
      await person.fill("密码", account.password);
      await person.press("登录");
      for (const name of ["组织关系转移", "交党费", "参加会议"]) {
        await person.follow(name);
        assert.ok(new URL(person.page.url()).pathname.startsWith("/wechat/"), name);
        const source = await person.page.content();
        assert.ok(!source.includes(account.phone) && !source.includes(account.login), name);
      }
      await person.leave();
    });

    test("a wrong login says what to do and not which half was wrong", async () => {
      const person = await visitor("wrong");
      const [account] = await house.accounts({ portal: "member", first_login: false });
      await memberLogin(person, account, "Wrong12345");
      const known = await person.page.getByRole("alert").innerText();
      await memberLogin(person, { login: "13000000000" }, "Wrong12345");
      assert.equal(await person.page.getByRole("alert").innerText(), known);
      assert.match(known, /忘记密码/);
      await person.leave();
    });

    test("a member's first login needs the code, sets a password and leads to his record", async () => {
      const person = await visitor("member");
      const [account] = await house.accounts({ portal: "member", first_login: true });
      await memberFirstLogin(person, account);
      assert.equal(await person.heading(), "我的档案");
      const menu = await person.page.getByRole("navigation", { name: "主菜单" }).getByRole("link").allInnerTexts();
      assert.equal(menu.at(-1).trim(), "修改密码");

      await person.follow("修改密码");
      await person.fill("原密码", OWN);
      await person.fill("新密码", "12345678");
      await person.fill("再次输入新密码", "12345678");
      await person.press("保存");
      assert.ok(await person.page.getByRole("alert").isVisible());
      await person.fill("原密码", OWN);
      await person.fill("新密码", "Wuyuan2026");
      await person.fill("再次输入新密码", "Wuyuan2026");
      await person.press("保存");
      await person.reads("密码已修改");
      await person.press("退出登录");

      await memberLogin(person, account, "Wuyuan2026");
      assert.equal(await person.heading(), "我的档案");
      await person.leave();
    });

    test("a forgotten password is set again with a code from the phone", async () => {
      const person = await visitor("forgotten");
      const [account] = await house.accounts({ portal: "member", first_login: false });
      await person.open("/");
      await person.follow("党员登录");
      await person.follow("忘记密码");
      const seen = await house.messages(account.phone);
      await person.fill("身份证号或手机号码", account.login);
      await person.press("获取验证码");
      await person.fill("手机验证码", await house.code(account.phone, seen));
      await person.fill("新密码", "Zhongshan2026");
      await person.fill("再次输入新密码", "Zhongshan2026");
      await person.press("确定");
      await person.reads("请用新密码登录");
      await memberLogin(person, account, "Zhongshan2026");
      assert.equal(await person.heading(), "我的档案");
      await person.leave();
    });

    test("an administrator's first login asks for a code and then for a password of his own", async () => {
      const person = await visitor("office");
      const [account] = await house.accounts({ portal: "office", first_login: true });
      await officeFirstLogin(person, account);
      await person.reads("退出登录");
      await person.press("退出登录");
      await house.pass(2);
      await officeLogin(person, account, OWN);
      await person.reads("党组织管理平台");
      await person.follow("修改密码");
      assert.equal(await person.heading(), "修改密码");
      await person.leave();
    });
  });
}
