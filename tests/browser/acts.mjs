// What people do in several walks: log in, first and later.

export const OWN = "Gulangyu2026";

/** A member's first login: the phone number as password, the code, a password of his own; ends on 【我的档案】. */
export async function memberFirstLogin(person, account, password = OWN) {
  await person.open("/");
  await person.follow("党员登录");
  const seen = await person.house.messages(account.phone);
  await person.fill("身份证号或手机号码", account.login);
  await person.fill("密码", account.phone);
  await person.press("登录");
  await person.fill("手机验证码", await person.house.code(account.phone, seen));
  await person.fill("新密码", password);
  await person.fill("再次输入新密码", password);
  await person.press("确定");
}

export async function memberLogin(person, account, password = account.password) {
  await person.open("/");
  await person.follow("党员登录");
  await person.fill("身份证号或手机号码", account.login);
  await person.fill("密码", password);
  await person.press("登录");
}

/** An administrator's login: password, then the code from his phone. */
export async function officeLogin(person, account, password = account.password) {
  await person.open("/");
  await person.follow("党组织登录");
  const seen = await person.house.messages(account.phone);
  if (seen > 0) await person.house.pass(20); // codes are limited per hour
  await person.fill("组织编码或用户名", account.login);
  await person.fill("密码", password);
  await person.press("获取验证码");
  await person.fill("手机验证码", await person.house.code(account.phone, seen));
  await person.press("登录");
}

/** An administrator's first login: 123456 and the code, then a password of his own. */
export async function officeFirstLogin(person, account, password = OWN) {
  await officeLogin(person, account, "123456");
  await person.fill("新密码", password);
  await person.fill("再次输入新密码", password);
  await person.press("确定");
}
