// A person at a browser: follows links and fills fields by their names; every page he sees is looked over.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const screenshots = join(import.meta.dirname, "screenshots");

/** The four ways of looking at the portals: desktop and phone, with and without JavaScript; `WAY=phone` takes one only. */
export const WAYS = [
  { name: "desktop", width: 1280, height: 900, scripts: true },
  { name: "phone", width: 375, height: 740, scripts: true },
  { name: "desktop-plain", width: 1280, height: 900, scripts: false },
  { name: "phone-plain", width: 375, height: 740, scripts: false },
].filter((way) => !process.env.WAY || way.name === process.env.WAY);

export async function openChromium() {
  const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => path && existsSync(path));
  return chromium.launch({
    executablePath,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=zh-CN"],
  });
}

export class Person {
  /** A fresh browser of somebody who has not logged in. */
  static async at(browser, house, way, scene) {
    const person = new Person();
    Object.assign(person, { browser, house, way, scene, seen: new Set(), complaints: [] });
    await person.#sit(house.origin);
    return person;
  }

  /** Goes on at the encrypted side, on a computer with this certificate (or with none), in a browser without history. */
  async goes_encrypted(computer) {
    await this.context.close();
    await this.#sit(this.house.secure, computer);
  }

  async #sit(origin, computer) {
    const { way } = this;
    this.context = await this.browser.newContext({
      baseURL: origin,
      viewport: { width: way.width, height: way.height },
      javaScriptEnabled: way.scripts,
      locale: "zh-CN",
      timezoneId: "Asia/Shanghai",
      acceptDownloads: true,
      ignoreHTTPSErrors: origin.startsWith("https:"),
      clientCertificates: computer && [{ origin, pfx: computer.file, passphrase: computer.password }],
    });
    this.context.setDefaultTimeout(15_000);
    this.page = await this.context.newPage();
    this.page.on("pageerror", (error) => this.complaints.push(`script: ${error.message}`));
    this.page.on("console", (line) => line.type() === "error" && !/status of 4\d\d/.test(line.text()) && this.complaints.push(`console: ${line.text()}`));
    this.page.on("response", (answer) => answer.status() >= 500 && this.complaints.push(`${answer.status()} ${answer.url()}`));
  }

  async open(path) {
    await this.page.goto(path);
    await this.look();
  }

  /** Follows the link with exactly this name; inside `within` (a row, a list item) where there are several. */
  async follow(name, within = this.page) {
    await within.getByRole("link", { name, exact: true }).first().click();
    await this.settle();
  }

  async press(name, within = this.page) {
    await within.getByRole("button", { name, exact: true }).first().click();
    await this.settle();
  }

  /** Follows the link or presses the button with this name. */
  async go(name, within = this.page) {
    const link = within.getByRole("link", { name, exact: true });
    const button = within.getByRole("button", { name, exact: true });
    await link.or(button).first().click();
    await this.settle();
  }

  /** What the link or button with this name lets be saved: `{name, bytes}`. */
  async download(name, within = this.page) {
    const waiting = this.page.waitForEvent("download");
    const link = within.getByRole("link", { name, exact: true });
    await link.or(within.getByRole("button", { name, exact: true })).first().click();
    const file = await waiting;
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
  }

  async settle() {
    await this.page.waitForLoadState("load");
    await this.look();
  }

  field(label) {
    return this.page.getByLabel(label, { exact: true }).first();
  }

  async fill(label, value) {
    await this.field(label).fill(value);
  }

  /** Chooses by wording, from a list or among radio buttons. */
  async choose(label, wording) {
    const group = this.page.getByRole("group", { name: label, exact: true });
    if ((await group.count()) > 0) {
      await group.getByLabel(wording, { exact: true }).check();
    } else {
      await this.field(label).selectOption({ label: wording });
    }
  }

  /** Waits until the page says these words, as an import renews its page by itself, with scripts and without. */
  async waitsFor(words) {
    await this.page.getByText(words).first().waitFor({ timeout: 60_000 });
    await this.settle();
  }

  row(text) {
    return this.page.getByRole("row").filter({ hasText: text }).first();
  }

  async heading() {
    return (await this.page.locator("h1").innerText()).trim();
  }

  async reads(words) {
    const text = await this.page.locator("body").innerText();
    assert.ok(text.includes(words), `${this.way.name} ${this.page.url()} does not say “${words}”:\n${text}`);
  }

  async does_not_read(words) {
    const text = await this.page.locator("body").innerText();
    assert.ok(!text.includes(words), `${this.way.name} ${this.page.url()} says “${words}”`);
  }

  /** Looks the page over, once for each kind of page: one heading, no violation of accessibility, nothing wider than the screen. */
  async look(name = null) {
    const { page, way } = this;
    const shape = new URL(page.url()).pathname.replace(/[0-9a-hjkmnp-tv-z]{26}|[0-9A-HJKMNP-TV-Z]{26}|\d{12,}/g, "one") + (name ?? "");
    const alerts = await page.locator("[role=alert], [role=status]").count();
    const key = `${shape}#${alerts}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    assert.equal(await page.locator("h1").count(), 1, `one heading on ${page.url()}`);
    await this.picture(shape + (alerts ? "-said" : ""));
    const wide = await this.#judge("document.documentElement.scrollWidth - window.innerWidth");
    if (wide > 0) this.complaints.push(`${shape} is ${wide} px wider than the screen (${way.name})`);
    if (!way.scripts) return;
    await page.evaluate(`${axe};0`);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const { id, nodes } of violations) this.complaints.push(`${shape} (${way.name}) ${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" ")}`);
  }

  /** Looks at the page as it comes out on a sheet of A4: tables, where it has some, stay tables, menus stay away. */
  async on_paper(name, wanted = 1) {
    const { page, way } = this;
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 717, height: 1000 });
    await this.picture(`${name}-printed`);
    const [menus, tables] = await page.evaluate(() => ["nav.menu", "table"].map((what) => [...document.querySelectorAll(what)].map((one) => (one.checkVisibility() ? getComputedStyle(one).display : "none"))));
    assert.ok(menus.every((shown) => shown === "none") && tables.length >= wanted && tables.every((shown) => shown === "table"), `${name}: ${menus} ${tables}`);
    assert.ok((await page.evaluate("document.documentElement.scrollWidth")) <= 717, `${name} is wider than the paper`);
    await page.emulateMedia({ media: null });
    await page.setViewportSize({ width: way.width, height: way.height });
  }

  async #judge(expression) {
    return this.page.evaluate(expression);
  }

  async picture(name) {
    mkdirSync(screenshots, { recursive: true });
    const file = `${this.scene}${name}`.replace(/[^\w一-鿿]+/g, "-").replace(/-$/, "");
    const taken = () => this.page.screenshot({ path: join(screenshots, `${file}.${this.way.name}.png`), fullPage: true });
    // A browser on a busy machine may fail to draw a long page; it is asked once more.
    await taken().catch(taken);
  }

  /** Ends the visit: whatever was noticed on the way is a failure. */
  async leave() {
    await this.context.close();
    assert.deepEqual(this.complaints, []);
  }
}
