// What people do about a transfer in several walks: apply, review, allocate, take in; and a photo to send.
import { crc32, deflateSync } from "node:zlib";

/** A picture of this size, as PNG. */
export function photo(width, height) {
  const piece = (kind, body) => {
    const named = Buffer.concat([Buffer.from(kind), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height, 180);
  for (let row = 0; row < height; row += 1) rows[row * (width + 1)] = 0;
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, piece("IHDR", head), piece("IDAT", deflateSync(rows)), piece("IEND", Buffer.alloc(0))]);
}

/** The member applies inside the city, by the manual's words. */
export async function applyWithin(person, branch, reason = "工作调动") {
  await person.follow("组织关系转移");
  await person.follow("我要转移组织关系");
  await person.follow("平台内");
  await person.fill("拟转入党支部", branch);
  await person.fill("转出原因", reason);
  await person.press("提交申请");
  await person.reads("申请已提交");
}

/** The member applies out of the city. */
export async function applyOut(person) {
  await person.follow("组织关系转移");
  await person.follow("我要转移组织关系");
  await person.follow("平台外");
  await person.fill("介绍信接受地党组织", "中共福州市鼓楼区委组织部");
  await person.fill("拟转入党组织", "中共福州市鼓楼区东街街道第一支部委员会");
  await person.fill("拟转入单位", "福州市鼓楼区东街街道办事处");
  await person.fill("转出原因", "工作调动");
  await person.press("提交申请");
  await person.reads("申请已提交");
}

/** An officer opens a list of 【转出办理】 or 【转入办理】 and the row of somebody in it. */
export async function openRow(person, room, list, name, action) {
  await person.follow("组织关系接转");
  await person.follow(room);
  await person.follow(list);
  await person.follow(action, person.row(name));
}

export async function review(person, name) {
  await openRow(person, "转出办理", "待审核", name, "审核");
  await person.press("审核通过");
  await person.reads("审核通过");
}
