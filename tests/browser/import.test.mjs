// The progress of a large import is true, and the page follows it by itself. proves: M1
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { officeLogin } from "./acts.mjs";
import { House } from "./house.mjs";
import { openChromium, Person, WAYS } from "./person.mjs";
import { manyMembers } from "./tables.mjs";

const LINES = 12_000;

for (const way of WAYS.filter((way) => way.width > 1000)) {
  describe(`a large import, ${way.name}`, () => {
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

    test("its bar stands between nothing and all, never goes back, and ends at the result", async () => {
      const person = await Person.at(browser, house, way, "large-import");
      const [committee] = await house.accounts({ portal: "office", organization_kind: "committee" });
      const [branch] = await house.accounts({ portal: "office", organization_kind: "branch", first_login: false });
      const table = join(house.folder, "党员名册.csv");
      writeFileSync(table, manyMembers(branch.organization, LINES));
      await officeLogin(person, committee);
      await person.follow("党组织管理");
      await person.follow("数据导入");
      await person.field("表格文件").setInputFiles(table);
      await person.press("上传并核对");
      const seen = [];
      const result = person.page.getByRole("heading", { name: /核对结果/ });
      for (let turn = 0; turn < 1200 && (await result.count()) === 0; turn += 1) {
        const bar = await person.page.evaluate(() => {
          const progress = document.querySelector("progress");
          return progress && { done: progress.value, all: progress.max };
        }).catch(() => null); // the page is just being renewed
        if (bar) seen.push(bar);
        if (bar && bar.done > 0 && bar.done < bar.all) await person.look("-underway");
        await person.page.waitForTimeout(100);
      }
      assert.ok(await result.isVisible(), "the result is shown");
      assert.ok(seen.some(({ done, all }) => done > 0 && done < all), `underway: ${JSON.stringify(seen)}`);
      assert.ok(seen.every(({ all }) => all === LINES), `of ${LINES} lines: ${JSON.stringify(seen)}`);
      assert.ok(seen.every(({ done }, place) => place === 0 || done >= seen[place - 1].done), `never back: ${JSON.stringify(seen)}`);
      await person.reads("12,000");
      await person.leave();
    });
  });
}
