// The five roads of a transfer, as the manual tells them. proves: T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T13 T14
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { memberLogin, officeLogin } from "./acts.mjs";
import { House } from "./house.mjs";
import { applyOut, applyWithin, openRow, photo, review } from "./moving.mjs";
import { openChromium, Person, WAYS } from "./person.mjs";

const OUTSIDER = { name: "欧阳·𬱖㛃", phone: "13950001234", id_card: "350102198808081230" };
const PHOTO = { name: "receipt.png", mimeType: "image/png", buffer: photo(240, 160) };

for (const way of WAYS) {
  describe(`transfers, ${way.name}`, () => {
    let house;
    let browser;
    let people;
    let home;
    let committee;
    let sibling;
    let other;
    let far;
    before(async () => {
      house = await House.start();
      browser = await openChromium();
      people = await house.accounts({ portal: "member", first_login: false });
      const offices = await house.accounts({ portal: "office" });
      home = offices.find((one) => one.organization === people[0].organization);
      const place = offices.indexOf(home);
      // Whoever has a say when one of these members moves stands behind his branch: his committee's, then another's.
      [committee] = offices.filter((one) => one.organization_kind === "committee");
      const behind = offices.slice(place + 1);
      sibling = behind.find((one) => one.organization_kind === "branch");
      other = behind.find((one) => one.organization_kind === "committee");
      far = behind.slice(behind.indexOf(other)).find((one) => one.organization_kind === "branch");
    });
    after(async () => {
      await browser?.close();
      await house?.close();
    });

    const visitor = (scene) => Person.at(browser, house, way, `transfers-${scene}`);
    const officer = async (scene, account) => {
      const person = await visitor(scene);
      await officeLogin(person, account);
      return person;
    };
    const member = async (scene, account) => {
      const person = await visitor(scene);
      await memberLogin(person, account);
      return person;
    };

    test("inside one committee: the branch is found by a few characters, two review, one allocates, the branch takes him in", async () => {
      const [, , mover] = people;
      const person = await member("within", mover);
      await person.follow("组织关系转移");
      await person.look("-none");
      await person.follow("我要转移组织关系");
      await person.follow("平台内");
      const part = sibling.organization.slice(2, 8);
      if (way.scripts) {
        await person.page.getByLabel("拟转入党支部", { exact: true }).pressSequentially(part, { delay: 20 });
        await person.page.getByRole("button", { name: sibling.organization, exact: true }).waitFor();
      } else {
        await person.fill("拟转入党支部", part);
        await person.press("查找党支部");
      }
      await person.look("-found");
      await person.press(sibling.organization);
      await person.reads("办理流程");
      assert.equal(await person.field("拟转入党支部").inputValue(), sibling.organization);
      await person.fill("转出原因", "工作调动");
      await person.press("提交申请");
      await person.reads("申请已提交");
      await person.leave();

      const branch = await officer("within-branch", home);
      await review(branch, mover.name);
      await branch.leave();

      const above = await officer("within-committee", committee);
      await review(above, mover.name);
      assert.equal(await above.heading(), "划拨", "the next step lies with the same committee and opens by itself");
      await above.press("划拨");
      await above.reads("已划拨");
      await above.leave();
      await house.told(sibling.phone, "有一条组织关系转接申请");

      const taking = await officer("within-taking", sibling);
      await openRow(taking, "转入办理", "待接收", mover.name, "确认接收");
      await taking.press("确认接收");
      await taking.reads("已确认接收");
      await taking.reads("转接完成后");
      await taking.leave();

      const arrived = await member("within-arrived", mover);
      await arrived.follow("组织关系转移");
      await arrived.reads("已完成");
      await arrived.follow(`查看转到${sibling.organization}的进度`);
      await arrived.reads("确认接收");
      await arrived.leave();
    });

    test("between committees: sent back with a reason, mended, and on its way over", async () => {
      const [, mover] = people;
      const person = await member("between", mover);
      await applyWithin(person, far.organization);
      await person.leave();

      const branch = await officer("between-branch", home);
      await openRow(branch, "转出办理", "待审核", mover.name, "审核");
      await branch.press("退回");
      await branch.fill("退回原因", "请写明新的工作单位");
      await branch.press("退回");
      await branch.reads("已退回");
      await branch.leave();
      await house.told(mover.phone, "已被退回");

      const mending = await member("between-mending", mover);
      await mending.follow("组织关系转移");
      await mending.follow(`查看转到${far.organization}的进度`);
      await mending.reads("请写明新的工作单位");
      await mending.look("-returned");
      await mending.follow("修改申请");
      await mending.fill("转出原因", `调到${far.organization}所在单位工作`);
      await mending.press("提交申请");
      await mending.reads("申请已提交");
      await mending.leave();

      for (const [scene, account] of [["between-again", home], ["between-committee", committee]]) {
        const above = await officer(scene, account);
        await review(above, mover.name);
        await above.leave();
      }
      const receiving = await officer("between-receiving", other);
      await openRow(receiving, "转入办理", "待划拨", mover.name, "划拨");
      await receiving.press("划拨");
      await receiving.reads("已划拨");
      await receiving.leave();

      const taking = await officer("between-taking", far);
      await taking.look("-waits");
      await openRow(taking, "转入办理", "待接收", mover.name, "确认接收");
      await taking.press("确认接收");
      await taking.reads("已确认接收");
      await taking.follow("转接记录查询");
      await taking.follow("转入");
      await taking.reads(mover.name);
      await taking.leave();
    });

    test("out of the city: the letter is issued, printed once, declared void and issued again; its receipt ends it", async () => {
      const [mover] = people;
      const person = await member("out", mover);
      await applyOut(person);
      await person.leave();

      const branch = await officer("out-branch", home);
      await review(branch, mover.name);
      await branch.leave();

      const issuing = await officer("out-issuing", committee);
      await review(issuing, mover.name);
      assert.equal(await issuing.heading(), "开具介绍信", "the letter page opens by itself");
      await issuing.press("开具介绍信");
      await issuing.waitsFor("有效至");
      await issuing.look("-issued");
      await issuing.leave();
      await house.told(mover.phone, "介绍信已开具");

      const printing = await member("out-printing", mover);
      await printing.follow("组织关系转移");
      await printing.follow("查看转到中共福州市鼓楼区东街街道第一支部委员会的进度");
      assert.equal((await printing.download("打印介绍信")).bytes.subarray(0, 5).toString(), "%PDF-");
      await printing.page.reload();
      await printing.look("-printed");
      assert.ok(await printing.page.getByRole("button", { name: "打印介绍信", exact: true }).isDisabled(), "it prints once");
      await printing.leave();

      const voiding = await officer("out-voiding", committee);
      await voiding.follow("组织关系接转");
      await voiding.follow("介绍信管理");
      await voiding.follow("作废", voiding.row(mover.name));
      await voiding.fill("作废原因", "打印成了黑白");
      await voiding.press("作废");
      await voiding.look("-void");
      await openRow(voiding, "转出办理", "待回执", mover.name, mover.name);
      await voiding.go("重新开具介绍信");
      await voiding.look("-again");
      await voiding.press("重新开具介绍信");
      await voiding.waitsFor("有效至");
      await voiding.leave();

      const sending = await member("out-receipt", mover);
      await sending.follow("组织关系转移");
      await sending.follow("回执");
      await sending.page.getByLabel("回执照片", { exact: true }).setInputFiles(PHOTO);
      await sending.press("上传回执");
      await sending.look("-sent");
      await sending.leave();

      const confirming = await officer("out-confirming", home);
      await openRow(confirming, "转出办理", "待回执", mover.name, "回执");
      await confirming.press("确认回执");
      await confirming.look("-done");
      await confirming.reads("已完成");
      await confirming.leave();
    });

    test("in from outside: no account, a code to the phone; corrected, allocated, reviewed; a member with an account", async () => {
      const person = await visitor("in");
      await person.open("/");
      await person.follow("组织关系转入");
      await person.follow("添加申请");
      await person.fill("手机号", OUTSIDER.phone);
      await person.press("获取验证码");
      await person.fill("验证码", await house.code(OUTSIDER.phone));
      await person.press("确认");
      assert.equal(await person.heading(), "添加申请");
      await person.fill("姓名", OUTSIDER.name);
      await person.fill("公民身份证号", OUTSIDER.id_card);
      await person.choose("民族", "汉族");
      await person.choose("人员类别", "正式党员");
      await person.fill("加入党组织日期", "2010-07-01");
      await person.fill("转为正式党员日期", "2011-07-01");
      await person.fill("原党组织", "中共福州市鼓楼区东街街道第一支部委员会");
      await person.fill("拟转入党委", committee.organization);
      await person.fill("拟转入党支部", "记错了的支部");
      await person.fill("拟转入单位", "记错了的单位");
      await person.fill("转入原因", "工作调动");
      await person.press("提交申请");
      await person.look("-refused");
      await person.reads("公民身份证号");
      await person.fill("公民身份证号", "350102198808081232");
      await person.press("提交申请");
      await person.reads("申请已提交");
      // The committee was the wrong one: 【组织关系转入】→【修改申请】→【拟转入党委】.
      await person.open("/transfers/in");
      await person.follow("修改申请");
      await person.follow("修改", person.row(OUTSIDER.name));
      await person.fill("拟转入党委", other.organization);
      await person.press("提交申请");
      await person.reads("已修改并重新提交");
      await person.page.getByLabel("照片", { exact: true }).setInputFiles(PHOTO);
      await person.press("上传照片");
      await person.reads("照片已上传");
      await person.leave();

      const receiving = await officer("in-receiving", other);
      await openRow(receiving, "转入办理", "待划拨", OUTSIDER.name, "划拨");
      await receiving.fill("拟转入党支部", far.organization);
      await receiving.press("划拨");
      await receiving.reads("已划拨");
      await receiving.leave();
      await house.told(far.phone, "有一条组织关系转接申请");

      const taking = await officer("in-taking", far);
      await openRow(taking, "转入办理", "待接收", OUTSIDER.name, "审核");
      await taking.press("审核通过");
      await taking.reads("已确认接收");
      await taking.leave();
      await house.told(OUTSIDER.phone, "您的组织关系已转入");
    });

    test("the records say what left, what came and what stayed within, and can be taken away", async () => {
      const person = await officer("records", committee);
      await person.follow("组织关系接转");
      await person.follow("转接记录查询");
      await person.follow("内部转移");
      await person.reads(people[2].name);
      await person.follow("转出");
      await person.reads(people[1].name);
      await person.reads(people[0].name);
      assert.match((await person.download("导出表格")).name, /\.xlsx$/);
      await person.leave();
    });
  });
}
