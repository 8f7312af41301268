// A committee sees how it stands, and each number leads to its list.
import assert from "node:assert/strict";
import { test } from "node:test";
import { officeLogin } from "./acts.mjs";
import { Person, WAYS } from "./person.mjs";
import { walks } from "./walks.mjs";

walks("overview", (at) => {
  test("numbers first, charts beside them, each number leads to its list", async () => {
    const { house, browser, way } = at;
    const person = await Person.at(browser, house, way, "overview");
    const [committee] = await house.accounts({ portal: "office", organization_kind: "committee" });
    await officeLogin(person, committee);
    await person.follow("数据概览");
    // The job comes round within seconds of the start.
    for (let tries = 0; tries < 40 && await person.page.getByText("正在统计").count(); tries += 1) {
      await person.page.waitForTimeout(500);
      await person.page.reload();
    }
    await person.reads("截至");
    await person.look("overview");
    const table = person.page.getByRole("table", { name: "党员按性别统计" });
    const women = table.getByRole("row", { name: /女/ }).getByRole("link");
    const number = Number((await women.textContent()).trim());
    assert.ok(number > 0);
    assert.ok(await person.page.getByRole("img", { name: /党员按性别统计图.*女/ }).count());
    await women.click();
    await person.settle();
    await person.reads("党员档案管理");
    let rows = 0;
    for (;;) {
      rows += await person.page.getByRole("table", { name: "党员名单" }).locator("tbody tr").count();
      const next = person.page.getByRole("link", { name: "下一页" });
      if (!await next.count()) break;
      await next.click();
      await person.settle();
    }
    assert.equal(rows, number);
    await person.follow("数据概览");
    await person.on_paper("overview", 2);
    await person.leave();
  });
}, WAYS.filter((way) => way.scripts));
