//! By what members are counted and listed: age, sex, education, kind and ethnic group.

use ejia_kernel::{Date, MemberKind, Sex, labelled};

use super::ethnic_groups::ETHNIC_GROUPS;
use super::rules::EDUCATION;
use crate::leafing::asking;

/// The name of the figure of all members.
pub const MEMBERS: &str = "members";

labelled! {
    /// What members are told apart by, named as the list of members asks for it.
    pub enum Trait {
        /// In years, by bands.
        Age => "age", "年龄";
        /// As it stands in the ID-card number.
        Sex => "sex", "性别";
        /// As in the national table.
        Education => "education", "学历";
        /// Full or probationary.
        Kind => "kind", "人员类别";
        /// Of GB/T 3304.
        EthnicGroup => "ethnic_group", "民族";
    }
}

labelled! {
    /// Bands of age in completed years, as the party's yearly statistics have them.
    pub enum AgeBand {
        /// Up to 30.
        UpTo30 => "30", "30岁及以下";
        /// 31 to 35.
        UpTo35 => "35", "31至35岁";
        /// 36 to 40.
        UpTo40 => "40", "36至40岁";
        /// 41 to 45.
        UpTo45 => "45", "41至45岁";
        /// 46 to 50.
        UpTo50 => "50", "46至50岁";
        /// 51 to 55.
        UpTo55 => "55", "51至55岁";
        /// 56 to 60.
        UpTo60 => "60", "56至60岁";
        /// From 61 on.
        Older => "61", "61岁及以上";
    }
}

impl AgeBand {
    /// The first and the last age; none for no end.
    const fn ages(self) -> (Option<i16>, Option<i16>) {
        match self {
            Self::UpTo30 => (None, Some(30)),
            Self::UpTo35 => (Some(31), Some(35)),
            Self::UpTo40 => (Some(36), Some(40)),
            Self::UpTo45 => (Some(41), Some(45)),
            Self::UpTo50 => (Some(46), Some(50)),
            Self::UpTo55 => (Some(51), Some(55)),
            Self::UpTo60 => (Some(56), Some(60)),
            Self::Older => (Some(61), None),
        }
    }

    /// The band of whoever was born on this day.
    pub fn of(born: Date, today: Date) -> Self {
        let age = today.years_since(born);
        let within = |band: &&Self| band.ages().1.is_none_or(|last| age <= last);
        Self::ALL.iter().find(within).copied().unwrap_or(Self::Older)
    }

    /// The days of birth of the band, as texts that sort like dates: after the first, up to the second. They need not
    /// be days of the calendar: on 29 February, 18 years ago there may have been none.
    pub(super) fn born(self, today: Date) -> (Option<String>, Option<String>) {
        let ago = |years: i16| format!("{:04}-{:02}-{:02}", today.year() - years, today.month(), today.day());
        let (first, last) = self.ages();
        (last.map(|last| ago(last + 1)), first.map(ago))
    }
}

impl Trait {
    /// Every value with its label, as lists of them are shown.
    pub fn values(self) -> Vec<(&'static str, &'static str)> {
        let same = |label: &'static str| (label, label);
        match self {
            Self::Age => AgeBand::ALL.iter().map(|band| (band.code(), band.label())).collect(),
            Self::Sex => Sex::ALL.iter().map(|sex| (sex.code(), sex.label())).collect(),
            Self::Education => EDUCATION.into_iter().map(same).collect(),
            Self::Kind => MemberKind::ALL.iter().map(|kind| (kind.code(), kind.label())).collect(),
            Self::EthnicGroup => ETHNIC_GROUPS.into_iter().map(same).collect(),
        }
    }

    /// The name of the figure that counts members of this value.
    pub fn figure(self, value: &str) -> String {
        format!("{}.{value}", self.code())
    }

    /// Where members of this value are listed: those under an organization, or under the officer's own without one.
    pub fn address(self, organization: &str, value: &str) -> String {
        asking("/office/members", &[("organization", organization), (self.code(), value)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn bands_follow_one_another_without_gaps() {
        for pair in AgeBand::ALL.windows(2) {
            assert_eq!(pair[0].ages().1.map(|last| last + 1), pair[1].ages().0);
        }
        let today = day("2026-03-20");
        for (born, expected) in [
            ("2008-01-01", AgeBand::UpTo30),
            ("1995-03-21", AgeBand::UpTo30),
            ("1995-03-20", AgeBand::UpTo35),
            ("1965-03-21", AgeBand::UpTo60),
            ("1965-03-20", AgeBand::Older),
            ("1920-12-31", AgeBand::Older),
        ] {
            assert_eq!(AgeBand::of(day(born), today), expected, "{born}");
        }
    }

    #[test]
    fn the_days_of_birth_of_a_band_are_those_of_its_members() {
        for today in ["2024-02-29", "2025-02-28", "2025-03-01", "2026-12-31"] {
            let today = day(today);
            let around = (17..110).flat_map(|years| (-2..=2).map(move |days| (years, days)));
            for (years, days) in around {
                let born = today.plus_years(-years).plus_days(days);
                let text = born.to_string();
                let within = |band: &&AgeBand| {
                    let (after, until) = band.born(today);
                    after.is_none_or(|after| text > after) && until.is_none_or(|until| text <= until)
                };
                let fitting: Vec<&AgeBand> = AgeBand::ALL.iter().filter(within).collect();
                assert_eq!(fitting, [&AgeBand::of(born, today)], "{born} on {today}");
            }
        }
    }

    #[test]
    fn the_list_is_asked_for_by_the_names_of_figures() {
        assert_eq!(Trait::Sex.figure("male"), "sex.male");
        assert_eq!(Trait::Age.address("", "35"), "/office/members?age=35");
        assert_eq!(Trait::EthnicGroup.values().len(), 59);
    }
}
