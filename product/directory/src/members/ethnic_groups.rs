//! 民族: the 56 groups of GB/T 3304, and the few words statistics add.

/// The groups in the order of GB/T 3304.
pub const ETHNIC_GROUPS: [&str; 59] = [
    "汉族",
    "蒙古族",
    "回族",
    "藏族",
    "维吾尔族",
    "苗族",
    "彝族",
    "壮族",
    "布依族",
    "朝鲜族",
    "满族",
    "侗族",
    "瑶族",
    "白族",
    "土家族",
    "哈尼族",
    "哈萨克族",
    "傣族",
    "黎族",
    "傈僳族",
    "佤族",
    "畲族",
    "高山族",
    "拉祜族",
    "水族",
    "东乡族",
    "纳西族",
    "景颇族",
    "柯尔克孜族",
    "土族",
    "达斡尔族",
    "仫佬族",
    "羌族",
    "布朗族",
    "撒拉族",
    "毛南族",
    "仡佬族",
    "锡伯族",
    "阿昌族",
    "普米族",
    "塔吉克族",
    "怒族",
    "乌孜别克族",
    "俄罗斯族",
    "鄂温克族",
    "德昂族",
    "保安族",
    "裕固族",
    "京族",
    "塔塔尔族",
    "独龙族",
    "鄂伦春族",
    "赫哲族",
    "门巴族",
    "珞巴族",
    "基诺族",
    "穿青人族",
    "其他",
    "外国血统中国籍人士",
];

/// A known ethnic group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EthnicGroup(&'static str);

impl EthnicGroup {
    /// Reads a group; the 族 at the end may be missing.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        ETHNIC_GROUPS
            .into_iter()
            .find(|group| *group == text || group.strip_suffix('族').is_some_and(|short| short == text))
            .map(Self)
    }

    /// The group's name with its 族.
    pub const fn label(self) -> &'static str {
        self.0
    }
}
