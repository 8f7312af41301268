// Starts `ejia demo` on free ports in a temporary folder, and asks its sandbox for accounts and text messages.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

function program() {
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const found = [process.env.EJIA, join(target, "debug/ejia"), join(target, "release/ejia")].find((path) => path && existsSync(path));
  if (!found) throw new Error("no program to test: run `cargo build -p ejia` first");
  return found;
}

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** A running demo. Always `await house.close()`. */
export class House {
  static async start() {
    const house = new House();
    const port = await freePort();
    house.origin = `http://127.0.0.1:${port}`;
    const secure = await freePort();
    house.secure = `https://127.0.0.1:${secure}`;
    house.computers = new Map(); // what was enrolled for the encrypted channel, by login
    house.folder = mkdtempSync(join(tmpdir(), "ejia-browser-"));
    house.said = "";
    house.process = spawn(
      program(),
      ["demo", "--listen", `127.0.0.1:${port}`, "--secure-listen", `127.0.0.1:${secure}`, "--data", house.folder, "--now", "2026-03-20T09:00:00+08:00"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    for (const stream of [house.process.stdout, house.process.stderr]) stream.on("data", (text) => (house.said += text));
    await house.#answers();
    return house;
  }

  async #answers() {
    for (let turn = 0; turn < 600; turn += 1) {
      if (this.process.exitCode !== null) throw new Error(`the demo ended: ${this.said}`);
      try {
        if ((await fetch(`${this.origin}/readyz`)).ok) return;
      } catch {
        // not listening yet
      }
      await new Promise((wake) => setTimeout(wake, 100));
    }
    throw new Error(`the demo does not answer: ${this.said}`);
  }

  async #ask(path, body) {
    const answer = await fetch(`${this.origin}/sandbox/api/${path}`, body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** The demo's accounts that fit: `{portal, first_login, organization_kind, …}`. */
  async accounts(wanted = {}) {
    const all = await this.#ask("accounts");
    return all.filter((account) => Object.entries(wanted).every(([key, value]) => account[key] === value));
  }

  /** The code in the newest message to this phone that is newer than `seen`. */
  async code(phone, seen = 0) {
    for (let turn = 0; turn < 150; turn += 1) {
      const messages = await this.#ask(`sms?phone=${phone}`);
      if (messages.length > seen) {
        const code = messages[0].text.match(/\d{6}/)?.[0];
        if (code) return code;
      }
      await new Promise((wake) => setTimeout(wake, 100));
    }
    throw new Error("no code came");
  }

  /** How many messages this phone has had. */
  async messages(phone) {
    return (await this.#ask(`sms?phone=${phone}`)).length;
  }

  /** What this phone was told, newest first. */
  async letters(phone) {
    return (await this.#ask(`sms?phone=${phone}`)).map((letter) => letter.text);
  }

  /** Waits until this phone has been told something with these words. */
  async told(phone, words) {
    for (let turn = 0; turn < 200; turn += 1) {
      if ((await this.letters(phone)).some((text) => text.includes(words))) return;
      await new Promise((wake) => setTimeout(wake, 100));
    }
    throw new Error(`${phone} was not told “${words}”: ${await this.letters(phone)}`);
  }

  /** Sets the demo's time, in China: `2026-04-10T09:00`. */
  async at(time) {
    await this.#ask("clock", { now: `${time}:00+08:00` });
  }

  /** The demo's time, in milliseconds. */
  async now() {
    return Date.parse((await this.#ask("clock")).now);
  }

  /** Sets the demo's time forward, past the limits on codes and attempts. */
  async pass(minutes) {
    const { now } = await this.#ask("clock");
    await this.#ask("clock", { now: new Date(Date.parse(now) + minutes * 60_000).toISOString() });
  }

  async close() {
    if (this.process.exitCode === null) {
      const ended = new Promise((done) => this.process.once("exit", done));
      this.process.kill("SIGTERM");
      const patience = setTimeout(() => this.process.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(patience);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
