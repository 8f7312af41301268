// Keeps only those rules of Tabler that our templates use, so that a page stays light.
import { readFileSync, writeFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const tabler = readFileSync("node_modules/@tabler/core/dist/css/tabler.min.css", "utf8");
// data: pictures are refused by our Content-Security-Policy and our own styles need none
const plain = tabler.replace(/url\((["']?)data:.*?\1\)/g, "none").replace(/\/\*#.*?\*\//g, "");
const [kept] = await new PurgeCSS().purge({
  content: ["portals/{applicant,front,member,office,sandbox,shared,wechat}/**/*.html"],
  css: [{ raw: plain, extension: "css" }],
  variables: true,
  keyframes: true,
  fontFace: true,
  safelist: { standard: [/^alert-/, /^btn-/, "html", "body"] },
});
writeFileSync("portals/vendor/tabler.min.css", kept.css);
