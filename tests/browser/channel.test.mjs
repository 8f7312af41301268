// The encrypted channel: a committee enrols its computer and works there; without the certificate, or once it is shut out, nothing is there. proves: A8 R3
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { officeLogin } from "./acts.mjs";
import { House } from "./house.mjs";
import { openChromium, Person, WAYS } from "./person.mjs";

for (const way of WAYS) {
  describe(`the encrypted channel, ${way.name}`, () => {
    let house;
    let browser;
    let committee;
    before(async () => {
      house = await House.start();
      browser = await openChromium();
      [committee] = await house.accounts({ portal: "office", organization_kind: "committee" });
    });
    after(async () => {
      await browser?.close();
      await house?.close();
    });

    test("a committee enrols a computer, works over the channel, and shuts it out", async () => {
      const person = await Person.at(browser, house, way, "channel");
      await officeLogin(person, committee);
      const computer = house.computers.get(committee.login);
      assert.ok(person.page.url().startsWith(house.secure), person.page.url());
      await person.reads(committee.organization);
      await person.follow("党员管理");

      // On the open side his pages are not there, with whatever cookie: under the name that counts there, too.
      const cookies = await person.context.cookies();
      const answer = await fetch(`${house.origin}/office/members`, { headers: { cookie: cookies.map((one) => `${one.name.replace("__Host-", "")}=${one.value}`).join("; ") }, redirect: "manual" });
      assert.equal(answer.status, 404);

      await person.open("/office/administrators");
      await person.follow("登录电脑");
      await person.reads("当前使用");
      await person.page.getByRole("button", { name: "停用", exact: true }).first().click();
      // Nothing more is answered, at once: not where he is, and not to the same certificate in a browser without history.
      await person.page.waitForLoadState("load");
      const gone = async () => {
        const landed = await person.page.goto("/office/login").catch(() => null);
        assert.ok(!landed?.ok(), `still there: ${landed?.status()}`);
        await person.does_not_read("党组织登录");
      };
      await gone();
      await person.goes_encrypted(computer);
      await gone();
      // The browser says itself that the handshake was refused: heard to the end before it is forgotten.
      await person.page.goto("about:blank");
      person.complaints.length = 0;
      await person.leave();
    });

    test("without a certificate no page is there", async () => {
      const person = await Person.at(browser, house, way, "channel-without");
      await person.goes_encrypted();
      await assert.rejects(person.page.goto("/office/login"));
      person.complaints.length = 0;
      await person.leave();
    });

    test("a lost computer is enrolled anew", async () => {
      const person = await Person.at(browser, house, way, "channel-anew");
      house.computers.clear();
      await officeLogin(person, committee);
      await person.reads(committee.organization);
      await person.leave();
    });
  });
}
