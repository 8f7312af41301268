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

/** An administrator's login: password, then the code from his phone; above branch level he goes on over the encrypted channel. */
export async function officeLogin(person, account, password = account.password) {
  const known = person.house.computers.get(account.login);
  if (known) return encryptedLogin(person, account, known, password);
  await openLogin(person, account, password);
  await goOn(person, account, password);
}

async function openLogin(person, account, password) {
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

/** Where the login leads to the enrolment of this computer: enrols it, and logs in a second time. */
async function goOn(person, account, password) {
  if ((await person.heading()) !== "登记这台电脑") return;
  const computer = await enrolComputer(person);
  person.house.computers.set(account.login, computer);
  await encryptedLogin(person, account, computer, password);
}

/** On the page that follows a right login above branch level: names the computer, takes its certificate. */
export async function enrolComputer(person, name = "办公室台式机") {
  await person.fill("电脑名称", name);
  await person.press("登记并生成证书");
  const password = (await person.page.locator("dd").nth(1).innerText()).trim();
  const { bytes } = await person.download("下载证书");
  return { file: bytes, password };
}

/** The second login, at the encrypted side: code or user name, and password. */
export async function encryptedLogin(person, account, computer, password = account.password) {
  await person.goes_encrypted(computer);
  await person.open("/office/login");
  await person.fill("组织编码或用户名", account.login);
  await person.fill("密码", password);
  await person.press("登录");
}

/** An administrator's first login: 123456 and the code, then a password of his own. */
export async function officeFirstLogin(person, account, password = OWN) {
  await openLogin(person, account, "123456");
  await person.fill("新密码", password);
  await person.fill("再次输入新密码", password);
  await person.press("确定");
  await goOn(person, account, password);
}
