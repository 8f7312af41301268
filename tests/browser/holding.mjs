// What people do about meetings in several walks: the branch of the listed members publishes one and invites all.
import { officeLogin } from "./acts.mjs";
import { Person } from "./person.mjs";

/** A listed member who has finished his first login, and the account of his branch's administrator. */
export async function memberAndBranch(house) {
  const [account] = await house.accounts({ portal: "member", first_login: false });
  const offices = await house.accounts({ portal: "office" });
  return { account, office: offices.find((one) => one.organization === account.organization) };
}

/** The branch's administrator at 【会议管理】. */
export async function atMeetings(browser, house, way, scene, office) {
  const officer = await Person.at(browser, house, way, scene);
  await officeLogin(officer, office);
  for (const name of ["组织生活", "会议管理"]) await officer.follow(name);
  return officer;
}

/** Fills the form of a meeting: `chosen` and `filled` are `[label, wording]`. */
export async function fillMeeting(officer, chosen, filled) {
  await officer.choose("会议类型", "党员大会");
  for (const [label, wording] of chosen) await officer.choose(label, wording);
  for (const [label, value] of [["会议名称", "第一季度党员大会"], ...filled]) await officer.fill(label, value);
}

/** Puts all members on the list. */
export async function inviteAll(officer) {
  await officer.choose("参会范围", "全体党员");
  await officer.press("保存");
}
