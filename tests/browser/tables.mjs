// Writes small tables of invented members, as the statistics software exports them.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A valid ID-card number: area, birth date, and a serial whose last digit is odd for men. */
export function idCard(born, serial) {
  const body = `350203${born}${String(serial).padStart(3, "0")}`;
  const sum = [...body].reduce((total, digit, place) => total + Number(digit) * WEIGHTS[place], 0);
  return body + "10X98765432"[sum % 11];
}

/** A .csv of members with a title line, a refused line (broken check digit) and good lines. */
export function members(branch) {
  const heading = "序号,姓名,所在党支部,公民身份证号,性别,民族,出生日期,学历,人员类别,加入党组织日期,转为正式党员日期,工作岗位,手机号,固定电话,家庭住址,党籍状态,是否为失联党员,失去联系日期,是否为流动党员,外出流向";
  const broken = idCard("19800101", 991).replace(/.$/, (last) => (last === "1" ? "2" : "1"));
  const line = (number, name, card, sex, born, phone) => `${number},${name},${branch},'${card},${sex},汉族,${born},大学本科,正式党员,2010-07-01,2011-07-01,事业单位专业技术人员,${phone},,鹭岛市演武路1号,正常,否,,否,`;
  return [
    "中国共产党党员名册",
    heading,
    line(1, "林海燕", idCard("19850305", 982), "女", "1985-03-05", "13900010001"),
    line(2, "欧阳𬱖", idCard("19790912", 983), "男", "1979-09-12", "13900010002"),
    line(3, "周错号", broken, "男", "1980-01-01", "13900010003"),
    line(4, "吴无机", idCard("19560606", 984), "女", "1956-06-06", ""),
  ].join("\n");
}

/** A .csv of many good lines, so that reading it takes a while. */
export function manyMembers(branch, count) {
  const [title, heading, model] = members(branch).split("\n");
  const lines = Array.from({ length: count }, (_, place) => {
    const born = `19${60 + (place % 30)}${String(1 + (place % 12)).padStart(2, "0")}${String(1 + (place % 28)).padStart(2, "0")}`;
    const day = `${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6)}`;
    const card = idCard(born, 1 + 2 * Math.floor(place / 420));
    return model
      .replace(/'\d{17}[\dX],女/, `'${card},男`)
      .replace("1985-03-05", day)
      .replace("林海燕", `${"陈林黄张"[place % 4]}${"建志文国"[Math.floor(place / 4) % 4]}${"强明华平"[Math.floor(place / 16) % 4]}`)
      .replace("13900010001", `137${String(place).padStart(8, "0")}`)
      .replace("1,", `${place + 1},`);
  });
  return [title, heading, ...lines].join("\n");
}
