// Dues from standard to receipt, as the manual tells it. proves: D1 D2 D3 D4 D5 D6 D7 D8 D9 D10 D11 D12 D13 R5
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { memberFirstLogin, memberLogin, officeLogin } from "./acts.mjs";
import { House } from "./house.mjs";
import { openSheet, payByDebitCard, takeReceipt, toTheCounter } from "./paying.mjs";
import { openChromium, Person, WAYS } from "./person.mjs";

const PHONE = { width: 375, height: 740 };
const XLSX = /\.xlsx$/;

for (const way of WAYS) {
  describe(`dues, ${way.name}`, () => {
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

    const visitor = (scene, how = way) => Person.at(browser, house, how, `dues-${scene}`);
    const officer = async (scene, account = branch) => {
      const person = await visitor(scene);
      await officeLogin(person, account);
      return person;
    };
    const city = async (scene) => officer(scene, (await house.accounts({ organization_kind: "city_committee" }))[0]);
    const member = async (scene, account, how = way) => {
      const person = await visitor(scene, how);
      await memberLogin(person, account);
      await person.follow("交纳党费");
      return person;
    };
    const cell = (person, name, column) => person.page.getByLabel(`${name} ${column}`, { exact: true });

    test("a branch sets March from its bases: reckoned as it is typed, saved, submitted, and members are told", async () => {
      const person = await officer("standards");
      await openSheet(person, "2026年3月");
      assert.equal(await person.heading(), "党费标准录入");
      const bases = person.page.locator("input[name=base]");
      const count = await bases.count();
      assert.ok(count >= 10, `${count} lines`);
      for (let place = 0; place < count; place += 1) {
        const base = bases.nth(place);
        await base.focus();
        await base.fill(String(3000 + place * 1000));
        if (!way.scripts) continue;
        await person.page.keyboard.press(place % 2 ? "ArrowDown" : "Enter");
        if (place + 1 < count) assert.ok(await bases.nth(place + 1).evaluate((next) => next === document.activeElement), "the next line is entered");
      }
      const [first, , third] = people;
      await cell(person, first.name, "党费基数").fill("4000.01");
      await cell(person, third.name, "党费").fill("66");
      await cell(person, third.name, "手动填写原因").fill("自愿多交");
      if (way.scripts) {
        await person.page.locator("tr", { hasText: first.name }).getByText("4000.01 × 1% = 40.00 元").waitFor();
        await person.page.waitForFunction(() => [...document.querySelectorAll("input[name=amount]")].every((input) => input.value));
        assert.equal(await cell(person, first.name, "党费").inputValue(), "40.00");
        assert.match(await person.page.locator("#total").innerText(), /^\d+\.\d\d$/);
        await person.look("-typed");
      }
      await person.press("保存草稿");
      await person.look("-draft");
      assert.equal(await cell(person, first.name, "党费").inputValue(), "40.00");
      await person.reads("四舍五入到分");
      await person.press("提交并通知交纳");
      await person.look("-submitted");
      await person.reads("已提交");
      await house.told(first.phone, "党费");
      await person.follow("打印视图");
      await person.reads("自愿多交");
      await person.on_paper("sheet");
      await person.leave();
    });

    test("a wrong figure is refused beside its line, and nothing typed is lost", async () => {
      const person = await officer("refused");
      await openSheet(person, "2026年3月");
      const [, second] = people;
      await cell(person, second.name, "党费基数").fill("三千");
      await person.press("提交并通知交纳");
      await person.look("-refused");
      assert.equal(await cell(person, second.name, "党费基数").inputValue(), "三千");
      assert.equal(await cell(person, second.name, "党费基数").getAttribute("aria-invalid"), "true");
      await person.leave();
    });

    test("a member pays March by Alipay on his phone", async () => {
      const [, payer] = people;
      const person = await visitor("alipay", { ...PHONE, scripts: way.scripts, name: way.scripts ? "phone" : "phone-plain" });
      if (way.width === PHONE.width) {
        await person.open("/wechat/login");
        await person.fill("身份证号或手机号码", payer.login);
        await person.fill("密码", payer.password);
        await person.press("登录");
      } else {
        await memberLogin(person, payer);
      }
      await person.follow(way.width === PHONE.width ? "交党费" : "交纳党费");
      assert.equal(await person.heading(), "我要交党费");
      await person.reads("四舍五入到分");
      await toTheCounter(person, "支付宝");
      await payByDebitCard(person);
      await person.follow("查看收据");
      await takeReceipt(person);
      await house.told(payer.phone, "党费");
      await person.leave();
    });

    test("April is carried over from March and submitted", async () => {
      await house.at("2026-04-10T09:00");
      const person = await officer("april");
      await openSheet(person, "2026年4月");
      await person.reads("沿用2026年3月");
      assert.equal(await cell(person, people[0].name, "党费").inputValue(), "40.00");
      await person.press("提交并通知交纳");
      await person.reads("已提交");
      await person.leave();
    });

    test("before the 16th the button is grey and says when", async () => {
      const [, payer] = people;
      const person = await member("early", payer);
      assert.ok(await person.page.getByRole("button", { name: "待交", exact: true }).isDisabled());
      await person.reads("2026年4月16日");
      assert.equal(await person.page.getByRole("button", { name: "交党费", exact: true }).count(), 0);
      await person.leave();
    });

    test("a member pays March and April together at the China Construction Bank and takes his receipt", async () => {
      await house.at("2026-04-20T09:00");
      const [payer] = people;
      const person = await member("bank", payer);
      await person.reads("需补交");
      await person.reads("80.00");
      await toTheCounter(person, "建设银行");
      await payByDebitCard(person);
      await person.follow("查看收据");
      await person.reads("捌拾元整");
      await person.reads("2026年3月");
      await person.reads("2026年4月");
      await takeReceipt(person);
      await person.follow("交纳记录");
      await person.look("-paid");
      await person.follow("我要交党费");
      await person.look("-nothing");
      await person.reads("没有需要交纳的党费");
      await person.leave();
    });

    test("a credit card is refused at the counter; a debit card is taken, and the order's page finds out by itself", async () => {
      const [, payer] = people;
      const person = await member("credit", payer);
      await person.choose("交纳方式", "银联储蓄卡");
      await person.press("交党费");
      const order = person.page.url();
      const counter = await person.context.newPage();
      if (way.scripts) {
        await counter.goto(order);
        await counter.getByRole("button", { name: "去支付" }).or(counter.getByRole("link", { name: "去支付" })).click();
        await counter.getByRole("button", { name: "用信用卡支付" }).click();
        await counter.getByText("只接受储蓄卡").waitFor();
        await counter.getByRole("button", { name: "用储蓄卡支付" }).click();
        await counter.getByRole("heading", { name: "付款成功" }).waitFor();
        await person.waitsFor("交纳成功");
      } else {
        await person.go("去支付");
        await person.press("用信用卡支付");
        await person.look("-credit");
        await person.reads("只接受储蓄卡");
        await payByDebitCard(person);
      }
      await counter.close();
      await person.leave();
    });

    test("one authorises another, who confirms; the branch delegates two more; he pays for three at once", async () => {
      const [, , principal, payer] = people;
      const asking = await member("authorise", principal);
      await asking.follow("代交党费授权");
      await asking.look("-none");
      await asking.fill("对方姓名", payer.name);
      await asking.fill("对方手机号", payer.phone);
      await asking.press("提交授权");
      await asking.look("-asked");
      await asking.reads(payer.name);
      await asking.leave();
      await house.told(payer.phone, "代交");

      const branchOfficer = await officer("delegate");
      await branchOfficer.follow("党费管理");
      await branchOfficer.follow("代交党费委托管理");
      const others = (await house.accounts({ portal: "member", first_login: true })).slice(0, 2);
      for (const other of others) {
        await branchOfficer.follow(`为${other.name}添加受托党员`);
        const choice = await branchOfficer.field("受托党员").locator("option", { hasText: payer.name }).first().getAttribute("value");
        await branchOfficer.field("受托党员").selectOption(choice);
        await branchOfficer.press("保存");
      }
      await branchOfficer.look("-delegated");
      await branchOfficer.follow("批量委托");
      await branchOfficer.leave();

      const person = await member("proxy", payer);
      await person.follow("代交党费授权确认");
      await person.press(`确认${principal.name}的授权`);
      await person.look("-confirmed");
      await person.follow("代交党费");
      for (const other of [principal, ...others]) await person.page.getByLabel(`选择${other.name}`, { exact: true }).check();
      await person.press("下一步：查看合计");
      await person.look("-sum");
      await person.reads("为 3 名党员代交");
      await toTheCounter(person, "工商银行", "确认交纳");
      await payByDebitCard(person);
      await person.follow("查看收据");
      for (const other of [principal, ...others]) await person.reads(other.name);
      await takeReceipt(person);
      await person.leave();
      await house.told(principal.phone, "党费");

      const paidFor = await member("paid-for", principal);
      await paidFor.reads("没有需要交纳的党费");
      await paidFor.follow("交纳记录");
      await paidFor.reads(payer.name);
      await paidFor.follow("代交党费授权");
      await paidFor.follow(`撤销对${payer.name}的授权`);
      await paidFor.press("确认撤销");
      await paidFor.look("-revoked");
      await paidFor.leave();
    });

    test("cash is registered, and its registration can be taken back", async () => {
      const person = await officer("cash");
      await person.follow("党费管理");
      await person.follow("线下交纳");
      const [, , , , , , last] = await house.accounts({ portal: "member", organization: branch.organization });
      const boxes = person.page.getByRole("checkbox", { name: new RegExp(`^${last.name}`) });
      assert.equal(await boxes.count(), 2, "March and April");
      for (const box of await boxes.all()) await box.check();
      await person.fill("备注", "本人到支部交纳");
      await person.press("下一步：核对合计");
      await person.reads("1 名");
      await person.press("确认登记");
      await person.look("-registered");
      assert.ok((await person.row(last.name).count()) > 0);
      await person.follow(`冲销${last.name}2026年4月`);
      await person.fill("冲销原因", "金额点错");
      await person.press("确认冲销");
      await person.look("-reversed");
      await person.leave();
    });

    test("the unpaid list, the records and both exports are right", async () => {
      const person = await officer("lists");
      await person.follow("党费管理");
      await person.follow("未交党费党员名单");
      const unpaid = await person.page.locator("body").innerText();
      for (const { name } of people.slice(0, 3)) assert.ok(!unpaid.includes(name), `${name} has paid`);
      await person.reads(people[3].name);
      await person.follow("打印版");
      await person.on_paper("unpaid");
      await person.follow("党费交纳记录查询");
      await person.fill("党员姓名", people[0].name);
      await person.choose("查询月份", "2026年4月");
      await person.press("查询");
      const row = person.row(people[0].name);
      for (const words of ["40.00", "建设银行"]) assert.ok((await row.innerText()).includes(words), words);
      const table = await person.download("导出表格");
      assert.match(table.name, XLSX);
      assert.equal(table.bytes.subarray(0, 2).toString(), "PK");
      assert.equal((await person.download("导出PDF")).bytes.subarray(0, 5).toString(), "%PDF-");
      await person.follow(people[0].name, row);
      assert.equal(await person.heading(), `${people[0].name}的党费交纳记录`);
      assert.match((await person.download("导出表格")).name, XLSX);
      assert.equal((await person.download("导出PDF")).bytes.subarray(0, 5).toString(), "%PDF-");
      await person.follow("2026年4月的订单");
      await person.reads("办理过程");
      await person.leave();
    });

    test("the city sees the totals, takes the month's list, and its books agree with the channels'", async () => {
      await house.at("2026-04-21T11:00");
      const person = await city("city");
      await person.follow("党费管理");
      await person.reads("已提交");
      await person.follow("党费尾数处理");
      await person.follow("党费汇总");
      await person.choose("月份", "2026年4月");
      await person.press("查询");
      await person.look("-april");
      await person.reads("交纳率");
      await person.follow("党费交纳记录查询");
      await person.choose("查询月份", "2026年4月");
      await person.press("查询");
      await person.press("导出表格");
      await person.waitsFor("下载文件");
      assert.match((await person.download("下载文件")).name, XLSX);
      await person.follow("我的下载");
      await person.follow("交纳订单查询");
      await person.look("-orders");
      await person.follow("对账");
      const agreed = () => person.page.getByRole("row", { name: /2026年4月20日 .* 一致/ }).count();
      for (let turn = 0; turn < 60 && (await agreed()) < 3; turn += 1) {
        await new Promise((wake) => setTimeout(wake, 500));
        await person.page.reload();
      }
      assert.equal(await agreed(), 3, "the statements of the banks paid over; Alipay has none for a day without payments");
      await person.look("-books");
      await person.reads("本月对账差异 0");
      await person.reads("借贷平衡");
      const [debit, credit] = await person.page.locator("tfoot td").allInnerTexts();
      assert.equal(debit, credit);
      assert.notEqual(debit, "0.00");
      await person.follow("上一月");
      await person.look("-march");
      await person.reads("借贷平衡");
      await person.leave();
    });

    test("without anything to show, each page says what to do", async () => {
      const [newcomer] = (await house.accounts({ portal: "member", first_login: true })).slice(-1);
      const person = await visitor("empty");
      await memberFirstLogin(person, newcomer);
      await person.follow("交纳党费");
      for (const name of ["代交党费", "代交党费授权", "代交党费授权确认", "交纳记录"]) {
        await person.follow(name);
        assert.equal(await person.heading(), name);
      }
      await person.open("/sandbox/");
      await person.leave();
    });
  });
}
