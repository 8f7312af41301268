// What people do about dues in several walks: fill a sheet, and go to the counter of a bank.
import assert from "node:assert/strict";

/** Opens 【党费标准录入】 of a month, worded as the list of months has it. */
export async function openSheet(person, month) {
  await person.follow("党费管理");
  await person.choose("月份", month);
  await person.press("查看");
}

/** Chooses how to pay, and goes to the counter: the order, 【去支付】, the cashier's page. */
export async function toTheCounter(person, channel, press = "交党费") {
  await person.choose("交纳方式", channel);
  await person.press(press);
  await person.reads("页面会自动更新");
  await person.go("去支付");
  assert.equal(await person.heading(), "确认付款");
}

/** Pays at the cashier's page by debit card and comes home to the order, which says that it is done. */
export async function payByDebitCard(person) {
  await person.press("用储蓄卡支付");
  assert.equal(await person.heading(), "付款成功");
  await person.go("返回商户");
  await person.waitsFor("交纳成功");
}

/** The electronic receipt from the page of a receipt, as a PDF. */
export async function takeReceipt(person) {
  const { name, bytes } = await person.download("下载电子收据");
  assert.match(name, /\.pdf$/);
  assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
}
