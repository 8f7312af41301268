// 登录安全: an authenticator app and a passkey beside the phone's code, and one's own devices. proves: A7 A14
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { officeLogin } from "./acts.mjs";
import { Person } from "./person.mjs";
import { walks } from "./walks.mjs";

/** What an app shows for this key at this time. */
function shown(key, now) {
  const bits = [...key.replace(/\s/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(now / 30_000)));
  const tag = createHmac("sha1", secret).update(step).digest();
  const word = tag.readUInt32BE(tag[19] & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, "0");
}

/** Code and password, no code from the phone. */
async function withPassword(person, account) {
  await person.open("/");
  await person.follow("党组织登录");
  await person.fill("组织编码或用户名", account.login);
  await person.fill("密码", account.password);
  await person.press("登录");
}

walks("second factors", (at) => {
  const branch = async () => (await at.house.accounts({ portal: "office", organization_kind: "branch", first_login: false }))[0];

  test("an administrator sets up an app, keeps its codes on paper, and logs in by it", async () => {
    const { house } = at;
    const person = await Person.at(at.browser, house, at.way, "factors");
    const account = await branch();
    await officeLogin(person, account);
    await person.follow("登录安全");
    assert.equal(await person.heading(), "安全验证");
    await person.press("设置身份验证器");
    assert.equal(await person.heading(), "设置身份验证器");
    const key = await person.page.locator("dd.key").innerText();
    await person.fill("动态码", "abcdef");
    await person.press("确认启用");
    await person.reads("动态码不正确");
    await person.fill("动态码", shown(key, await house.now()));
    await person.press("确认启用");
    assert.equal(await person.page.locator("ol.paper-codes li").count(), 10);
    const paper = await person.page.locator("ol.paper-codes li").first().innerText();
    await person.follow("我已保管好");
    await person.reads("还剩 10 个备用码");
    await person.follow("登录设备");
    await person.reads("当前使用");
    await person.press("退出登录");

    await house.pass(1);
    await withPassword(person, account);
    await person.reads("身份验证器");
    await person.fill("动态码", shown(key, await house.now()));
    await person.press("登录");
    await person.reads(account.organization);
    await person.press("退出登录");
    await withPassword(person, account);
    await person.fill("动态码", paper);
    await person.press("登录");
    await person.reads(account.organization);

    await person.open("/office/verification");
    await person.follow("停用身份验证器");
    await person.press("确认停用");
    await person.reads("身份验证器已停用");

    await person.follow("接口令牌");
    await person.fill("名称", "区统计系统");
    await person.page.getByLabel("党员信息（只读）").check();
    await person.fill("登录密码", account.password);
    await person.press("创建");
    await person.reads("只在本页显示一次");
    await person.picture("令牌已创建");
    await person.follow("我已保存好");
    await person.picture("接口令牌");
    await person.press("停用", person.row("区统计系统"));
    await person.reads("接口令牌已停用");
    await person.leave();
  });

  test("an administrator adds a passkey and logs in by it; without scripts the page says so", async () => {
    const { house } = at;
    // Browsers know passkeys by a name, not by a number.
    const person = await Person.at(at.browser, { origin: house.origin.replace("127.0.0.1", "localhost") }, at.way, "passkey");
    person.house = house;
    if (at.way.scripts) {
      const devtools = await person.context.newCDPSession(person.page);
      await devtools.send("WebAuthn.enable");
      const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
      await devtools.send("WebAuthn.addVirtualAuthenticator", { options });
    }
    const account = await branch();
    await officeLogin(person, account);
    await person.follow("登录安全");
    await person.fill("名称", "办公室电脑");
    await person.press("添加通行密钥");
    if (!at.way.scripts) {
      await person.reads("不支持通行密钥");
      assert.ok(!(await person.page.getByRole("button", { name: "继续" }).isVisible()));
      return person.leave();
    }
    await person.page.getByRole("button", { name: "继续", exact: true }).click();
    await person.waitsFor("通行密钥已添加");
    await person.reads("办公室电脑");
    await person.press("退出登录");

    await withPassword(person, account);
    await person.page.getByRole("button", { name: "使用通行密钥", exact: true }).click();
    await person.page.waitForURL("**/office");
    await person.settle();
    await person.reads(account.organization);
    await person.open("/office/verification");
    await person.press("移除", person.row("办公室电脑"));
    await person.reads("通行密钥已移除");
    await person.leave();
  });
});
