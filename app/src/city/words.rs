//! The words the city is made of.

/// First halves of the names of places, schools and companies.
pub(super) const PREFIXES: [&str; 24] = [
    "白鹭", "听涛", "榕荫", "凤凰", "云帆", "海晏", "南屿", "星湾", "鹤浦", "青礁", "金沙", "银滩", "碧山", "文澜",
    "长虹", "东渡", "望海", "龙津", "梅岭", "竹坝", "莲溪", "石桥", "天竺", "双鲤",
];

/// Second halves of the names of schools.
pub(super) const SCHOOLS: [&str; 5] = ["大学", "职业技术学院", "第一中学", "实验小学", "师范学校"];

/// Second halves of the names of companies.
pub(super) const COMPANIES: [&str; 5] = ["港务集团", "轨道交通集团", "航空工业公司", "水务集团", "海洋食品公司"];

/// Parts of a school.
pub(super) const SCHOOL_PARTS: [&str; 6] = ["信息学院", "海洋学院", "后勤处", "教工", "学生", "图书馆"];

/// Parts of a company.
pub(super) const COMPANY_PARTS: [&str; 6] = ["研发中心", "总装车间", "运营部", "机关", "客运分公司", "物资公司"];

/// Parts of a street or town.
pub(super) const STREET_PARTS: [&str; 8] =
    ["滨北社区", "渔港村", "中心小学", "派出所", "老人协会", "物业服务中心", "卫生院", "软件园"];

/// The districts.
pub(super) const DISTRICTS: [&str; 6] = ["鹭东区", "鹭西区", "鹭南区", "鹭北区", "鹭江区", "鹭港区"];

/// Family names, the commonest of the south-east first.
pub(super) const FAMILY_NAMES: [&str; 48] = [
    "陈", "林", "黄", "张", "吴", "李", "王", "郑", "刘", "苏", "叶", "洪", "许", "蔡", "杨", "郭", "谢", "曾", "廖",
    "庄", "周", "赖", "江", "何", "沈", "魏", "邱", "卢", "高", "方", "余", "潘", "徐", "朱", "胡", "罗", "施", "柯",
    "连", "纪", "董", "傅", "颜", "薛", "孙", "欧阳", "上官", "诸葛",
];

/// Characters of men's given names.
pub(super) const MEN: [&str; 36] = [
    "伟", "强", "志", "明", "建", "国", "海", "峰", "文", "斌", "辉", "勇", "龙", "宏", "杰", "毅", "俊", "涛", "鹏",
    "永", "福", "德", "荣", "清", "水", "火", "木", "金", "泽", "晨", "浩", "宇", "轩", "铭", "振", "彬",
];

/// Characters of women's given names.
pub(super) const WOMEN: [&str; 36] = [
    "丽", "芳", "秀", "英", "美", "玲", "燕", "红", "梅", "兰", "珍", "琴", "萍", "雅", "婷", "雪", "慧", "娟", "敏",
    "静", "淑", "惠", "月", "云", "莲", "桂", "香", "宝", "珠", "玉", "诗", "涵", "怡", "欣", "佳", "颖",
];

/// Given names that old programs lose: beyond the basic plane, or late in it.
pub(super) const RARE_NAMES: [&str; 8] = ["𬱖", "㛃", "䶮", "子𫖯", "𬭎", "文𬀩", "淼𣲗", "宝𤩽"];

/// Names written with a dot: a name and a father's name.
pub(super) const DOTTED_NAMES: [&str; 8] = [
    "阿不都热合曼·买买提",
    "古丽巴哈尔·艾合买提",
    "买买提江·吐尔逊",
    "阿依古丽·热合曼",
    "艾尔肯·库尔班",
    "热依汗古丽·玉素甫江",
    "吐尔逊江·阿不力孜",
    "帕提古丽·依明",
];

/// Peoples other than the Han, as they live in the city.
pub(super) const PEOPLES: [&str; 7] = ["畲族", "回族", "满族", "土家族", "蒙古族", "藏族", "高山族"];

/// 学历, from the lowest.
pub(super) const EDUCATION: [&str; 7] = ["小学", "初中", "高中", "中专", "大学专科", "大学本科", "研究生"];

/// 工作岗位 of those who work.
pub(super) const POSTS: [&str; 8] = [
    "公务员",
    "事业单位专业技术人员",
    "企业专业技术人员",
    "企业管理人员",
    "工勤技能人员",
    "农牧渔民",
    "个体工商户从业人员",
    "自由职业者",
];

/// Where floating members went.
pub(super) const AWAY: [&str; 6] = [
    "广东省深圳市南山区",
    "上海市浦东新区",
    "浙江省义乌市",
    "北京市海淀区",
    "四川省成都市高新区",
    "福建省福州市马尾区",
];

/// Beginnings of mobile numbers.
pub(super) const MOBILE: [&str; 8] = ["138", "139", "150", "159", "177", "186", "189", "199"];

/// Areas of ID-card numbers; 350211 and 350204 include abolished ones, which stay valid.
pub(super) const AREAS: [&str; 12] = [
    "350203", "350205", "350206", "350211", "350212", "350213", "350204", "350102", "350583", "352221", "362401",
    "420106",
];
