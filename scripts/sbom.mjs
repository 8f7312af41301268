// The list behind scripts/sbom.sh: every crate that ends up in the two programs or runs while they are built for this kind of
// machine, as Cargo.lock pins it, and what the portals take from npm. Crates of the tests are not in it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const PROGRAMS = ["ejia", "ejia-typeset"];

const host = execFileSync("rustc", ["-vV"], { encoding: "utf8" }).match(/^host: (.*)$/m)[1];
const told = execFileSync(
  "cargo",
  ["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host],
  { encoding: "utf8", maxBuffer: 1 << 28 },
);
const { packages, resolve } = JSON.parse(told);
const crates = new Map(packages.map((crate) => [crate.id, crate]));
const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));

// Name and version → checksum, from the lock file: cargo metadata does not tell it.
const checksums = new Map();
for (const entry of readFileSync("Cargo.lock", "utf8").split("[[package]]")) {
  const field = (name) => entry.match(new RegExp(`^${name} = "(.*)"$`, "m"))?.[1];
  checksums.set(`${field("name")}@${field("version")}`, field("checksum"));
}

// What is reached without going over what only tests need.
const needs = (id) =>
  nodes.get(id).deps.filter((dep) => dep.dep_kinds.some((kind) => kind.kind !== "dev")).map((dep) => dep.pkg);
const reached = new Set();
const open = packages.filter((crate) => PROGRAMS.includes(crate.name)).map((crate) => crate.id);
while (open.length > 0) {
  const id = open.pop();
  if (!reached.has(id)) {
    reached.add(id);
    open.push(...needs(id));
  }
}

const address = (kind, name, version) =>
  `pkg:${kind}/${name.replace("@", "%40")}@${encodeURIComponent(version)}`;
const crateAddress = (id) => address("cargo", crates.get(id).name, crates.get(id).version);

function crateComponent(id) {
  const { name, version, license } = crates.get(id);
  const checksum = checksums.get(`${name}@${version}`);
  return {
    type: "library",
    "bom-ref": crateAddress(id),
    name,
    version,
    ...(checksum && { hashes: [{ alg: "SHA-256", content: checksum }] }),
    licenses: [{ expression: license.replaceAll(/ ?\/ ?/g, " OR ") }],
    purl: crateAddress(id),
  };
}

const npm = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
const shipped = Object.entries(npm).filter(([path, entry]) => path !== "" && !entry.dev);
const packageComponent = ([path, entry]) => {
  const name = path.replace(/^.*node_modules\//, "");
  const purl = address("npm", name, entry.version);
  const content = Buffer.from(entry.integrity.replace("sha512-", ""), "base64").toString("hex");
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version: entry.version,
    hashes: [{ alg: "SHA-512", content }],
    licenses: [{ expression: entry.license }],
    purl,
  };
};

const byRef = (one, other) => (one["bom-ref"] < other["bom-ref"] ? -1 : 1);
const main = packages.find((crate) => crate.name === "ejia");
const components = [...reached]
  .filter((id) => id !== main.id)
  .map(crateComponent)
  .concat(shipped.map(packageComponent))
  .sort(byRef);
const dependencies = [...reached]
  .map((id) => ({ ref: crateAddress(id), dependsOn: needs(id).map(crateAddress).sort() }))
  .sort((one, other) => (one.ref < other.ref ? -1 : 1));

const digest = createHash("sha256").update(JSON.stringify([components, dependencies])).digest("hex");
const serial = digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-5$3-8$4-$5");
const document = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  serialNumber: `urn:uuid:${serial}`,
  version: 1,
  metadata: { component: { ...crateComponent(main.id), type: "application" } },
  components,
  dependencies,
};
console.log(JSON.stringify(document, null, 2));
