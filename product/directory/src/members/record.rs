//! 党员档案: what is kept of a member, with types that are true, and its items by name.

use ejia_kernel::{Date, IdCardNumber, MemberKind, PersonName, Phone, Sex, Standing};

use super::ethnic_groups::EthnicGroup;

/// The record of one member: the items of the national table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRecord {
    /// 姓名.
    pub name: PersonName,
    /// 公民身份证号.
    pub id_card: IdCardNumber,
    /// 性别.
    pub sex: Sex,
    /// 民族.
    pub ethnic_group: EthnicGroup,
    /// 出生日期.
    pub born_on: Date,
    /// 学历; empty when unknown.
    pub education: String,
    /// 人员类别.
    pub kind: MemberKind,
    /// 加入党组织日期.
    pub admitted_on: Option<Date>,
    /// 转为正式党员日期.
    pub full_on: Option<Date>,
    /// 工作岗位; empty when unknown.
    pub post: String,
    /// 手机号; a member without one is a full member here.
    pub phone: Option<Phone>,
    /// 固定电话; empty when there is none.
    pub landline: String,
    /// 家庭住址; empty when unknown.
    pub address: String,
    /// 党籍状态.
    pub standing: Standing,
    /// 是否为失联党员.
    pub lost: bool,
    /// 失去联系日期.
    pub lost_on: Option<Date>,
    /// 是否为流动党员.
    pub floating: bool,
    /// 外出流向; empty when there is none.
    pub floating_to: String,
}

/// How an item of the record is changed by the member himself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldClass {
    /// Told to the branch and taken over when it has reviewed it; grey and locked after the first review.
    Reviewed,
    /// Always open, but taken over only after review: the phone number is a way into the account.
    Checked,
    /// The member's own to change, at once.
    Free,
    /// The organization's to change, never the member's.
    Office,
}

/// One item of the record, in the order of the national table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordField {
    /// 姓名.
    Name,
    /// 公民身份证号.
    IdCard,
    /// 性别.
    Sex,
    /// 民族.
    EthnicGroup,
    /// 出生日期.
    BornOn,
    /// 学历.
    Education,
    /// 人员类别.
    Kind,
    /// 加入党组织日期.
    AdmittedOn,
    /// 转为正式党员日期.
    FullOn,
    /// 工作岗位.
    Post,
    /// 手机号.
    Phone,
    /// 固定电话.
    Landline,
    /// 家庭住址.
    Address,
    /// 党籍状态.
    Standing,
    /// 是否为失联党员.
    Lost,
    /// 失去联系日期.
    LostOn,
    /// 是否为流动党员.
    Floating,
    /// 外出流向.
    FloatingTo,
}

/// One item that differs between two records, in the words people read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The item.
    pub field: RecordField,
    /// What stood there; empty for nothing.
    pub before: String,
    /// What stands there now; empty for nothing.
    pub after: String,
}

impl RecordField {
    /// All items, in the order of the national table.
    pub const ALL: [Self; 18] = [
        Self::Name,
        Self::IdCard,
        Self::Sex,
        Self::EthnicGroup,
        Self::BornOn,
        Self::Education,
        Self::Kind,
        Self::AdmittedOn,
        Self::FullOn,
        Self::Post,
        Self::Phone,
        Self::Landline,
        Self::Address,
        Self::Standing,
        Self::Lost,
        Self::LostOn,
        Self::Floating,
        Self::FloatingTo,
    ];

    /// The item's name in forms, rows and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::IdCard => "id_card",
            Self::Sex => "sex",
            Self::EthnicGroup => "ethnic_group",
            Self::BornOn => "born_on",
            Self::Education => "education",
            Self::Kind => "kind",
            Self::AdmittedOn => "admitted_on",
            Self::FullOn => "full_on",
            Self::Post => "post",
            Self::Phone => "phone",
            Self::Landline => "landline",
            Self::Address => "address",
            Self::Standing => "standing",
            Self::Lost => "lost",
            Self::LostOn => "lost_on",
            Self::Floating => "floating",
            Self::FloatingTo => "floating_to",
        }
    }

    /// The item's name as the national table has it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "姓名",
            Self::IdCard => "公民身份证号",
            Self::Sex => "性别",
            Self::EthnicGroup => "民族",
            Self::BornOn => "出生日期",
            Self::Education => "学历",
            Self::Kind => "人员类别",
            Self::AdmittedOn => "加入党组织日期",
            Self::FullOn => "转为正式党员日期",
            Self::Post => "工作岗位",
            Self::Phone => "手机号",
            Self::Landline => "固定电话",
            Self::Address => "家庭住址",
            Self::Standing => "党籍状态",
            Self::Lost => "是否为失联党员",
            Self::LostOn => "失去联系日期",
            Self::Floating => "是否为流动党员",
            Self::FloatingTo => "外出流向",
        }
    }

    /// The item of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.code() == code)
    }

    /// How the member himself changes it.
    pub const fn class(self) -> FieldClass {
        match self {
            Self::Name
            | Self::IdCard
            | Self::Sex
            | Self::EthnicGroup
            | Self::BornOn
            | Self::Kind
            | Self::AdmittedOn
            | Self::FullOn => FieldClass::Reviewed,
            Self::Phone => FieldClass::Checked,
            Self::Education | Self::Post | Self::Landline | Self::Address | Self::Floating | Self::FloatingTo => {
                FieldClass::Free
            }
            Self::Standing | Self::Lost | Self::LostOn => FieldClass::Office,
        }
    }

    /// Whether it names or reaches the person, so that it is masked until somebody gives a reason.
    pub const fn is_masked(self) -> bool {
        matches!(self, Self::IdCard | Self::Phone | Self::Landline | Self::Address)
    }
}

impl MemberRecord {
    /// An item in the words people read; empty for nothing. Numbers stand in full.
    pub fn text(&self, field: RecordField) -> String {
        let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        match field {
            RecordField::Name => self.name.to_string(),
            RecordField::IdCard => self.id_card.expose().to_owned(),
            RecordField::Sex => self.sex.label().to_owned(),
            RecordField::EthnicGroup => self.ethnic_group.label().to_owned(),
            RecordField::BornOn => self.born_on.to_string(),
            RecordField::Education => self.education.clone(),
            RecordField::Kind => self.kind.label().to_owned(),
            RecordField::AdmittedOn => date(self.admitted_on),
            RecordField::FullOn => date(self.full_on),
            RecordField::Post => self.post.clone(),
            RecordField::Phone => self.phone.as_ref().map(|phone| phone.expose().to_owned()).unwrap_or_default(),
            RecordField::Landline => self.landline.clone(),
            RecordField::Address => self.address.clone(),
            RecordField::Standing => self.standing.label().to_owned(),
            RecordField::Lost => yes_no(self.lost).to_owned(),
            RecordField::LostOn => date(self.lost_on),
            RecordField::Floating => yes_no(self.floating).to_owned(),
            RecordField::FloatingTo => self.floating_to.clone(),
        }
    }

    /// An item with its numbers masked.
    pub fn masked(&self, field: RecordField) -> String {
        mask(field, &self.text(field))
    }

    /// The items in which `after` differs from this record.
    pub fn differences(&self, after: &Self) -> Vec<Difference> {
        RecordField::ALL
            .into_iter()
            .filter_map(|field| {
                let (before, after) = (self.text(field), after.text(field));
                (before != after).then_some(Difference { field, before, after })
            })
            .collect()
    }
}

/// The text of an item with its middle hidden, if it is one of the masked ones.
pub fn mask(field: RecordField, text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let (head, tail) = match field {
        RecordField::IdCard | RecordField::Phone | RecordField::Landline => (3, 4),
        RecordField::Address => (6, 0),
        _ => return text.to_owned(),
    };
    if letters.is_empty() {
        return String::new();
    }
    let hidden = letters.len().saturating_sub(head + tail);
    if hidden == 0 {
        return "*".repeat(letters.len());
    }
    let start: String = letters.iter().take(head).collect();
    let end: String = letters.iter().skip(head + hidden).collect();
    format!("{start}{}{end}", "*".repeat(hidden.min(11)))
}

/// 是 or 否.
pub const fn yes_no(value: bool) -> &'static str {
    if value { "是" } else { "否" }
}
