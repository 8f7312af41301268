// Walks of one kind: for each way of looking a house and a browser of their own.
import { after, before, describe } from "node:test";
import { House } from "./house.mjs";
import { openChromium, WAYS } from "./person.mjs";

/** Describes walks once for each way; `tests` gets `at`, which holds `house`, `browser` and `way` by the time a test runs. */
export function walks(name, tests, ways = WAYS) {
  for (const way of ways) {
    describe(`${name}, ${way.name}`, () => {
      const at = { way };
      before(async () => {
        at.house = await House.start();
        at.browser = await openChromium();
      });
      after(async () => {
        await at.browser?.close();
        await at.house?.close();
      });
      tests(at);
    });
  }
}
