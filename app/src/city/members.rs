//! The city's members, made one at a time from their numbers.

use ejia_kernel::{Date, MemberKind, OrganizationKind, Sex, Standing};

use super::chance::{Chance, at};
use super::words::{AWAY, DISTRICTS, EDUCATION, PEOPLES, POSTS, PREFIXES};
use super::{InventedMember, InventedOrganization, identity};

/// What is rare comes at a fixed step of the numbers, so that a small city has some of each too.
struct Fate(u32);

impl Fate {
    fn every(&self, step: u32, place: u32) -> bool {
        self.0 % step == place
    }

    /// Admitted within the last year.
    fn probationary(&self) -> bool {
        self.every(16, 5)
    }

    /// Bears a character that old programs lose.
    fn rare_name(&self) -> bool {
        self.every(60, 3)
    }

    /// Bears a name with a dot.
    fn dotted_name(&self) -> bool {
        self.every(70, 9)
    }

    /// Has no mobile phone.
    fn phoneless(&self) -> bool {
        self.every(45, 7)
    }

    /// Out of touch.
    fn lost(&self) -> bool {
        self.every(120, 31)
    }

    /// Works elsewhere.
    fn floating(&self) -> bool {
        self.every(35, 12)
    }

    /// Studies abroad.
    fn abroad(&self) -> bool {
        self.every(150, 44)
    }

    /// Came back after his membership had been stopped.
    fn restored(&self) -> bool {
        self.every(170, 65)
    }
}

/// The members of a [`super::City`], branch after branch.
#[derive(Debug, Clone)]
pub struct Members<'a> {
    branches: Vec<&'a str>,
    next: u32,
    count: u32,
    today: Date,
}

impl<'a> Members<'a> {
    pub(super) fn new(organizations: &'a [InventedOrganization], members: u32, today: Date) -> Self {
        let branches = organizations
            .iter()
            .filter(|organization| organization.kind == OrganizationKind::Branch)
            .map(InventedOrganization::name)
            .collect();
        Self { branches, next: 0, count: members, today }
    }

    /// The branch of a member: equal shares, the edges moved by up to a third of a share, so that branches differ.
    fn branch(&self, number: u32) -> &'a str {
        let branches = u64::try_from(self.branches.len()).unwrap_or(1).max(1);
        let members = u64::from(self.count.max(1));
        let edge = |place: u64| {
            let moved = u64::from(Chance::of("edge", u32::try_from(place).unwrap_or(0)).below(60));
            // In hundredths of a share, so the edges never cross; the first and the last stay.
            let at = if place == 0 || place == branches { place * 100 } else { place * 100 + moved - 30 };
            at * members / (branches * 100)
        };
        let number = u64::from(number);
        let near = number * branches / members;
        let place = (near.saturating_sub(1)..=near + 1)
            .find(|place| *place < branches && (edge(*place)..edge(place + 1)).contains(&number));
        usize::try_from(place.unwrap_or(near))
            .ok()
            .and_then(|place| self.branches.get(place))
            .copied()
            .unwrap_or_default()
    }

    fn member(&self, number: u32) -> InventedMember {
        let fate = Fate(number);
        let mut chance = Chance::of("member", number);
        let sex = if chance.percent(58) { Sex::Male } else { Sex::Female };
        let wished = self.today.plus_days(-age_in_days(&mut chance, &fate));
        let (id_card, born) = identity::id_card(number, self.count, sex, wished);
        let age = self.today.years_since(born);
        let (name, people) = name_and_people(&mut chance, &fate, sex);
        let (admitted, full) = self.admission(&mut chance, &fate, born);
        let kind = if full.is_empty() { MemberKind::Probationary } else { MemberKind::Full };
        let place = self.whereabouts(&mut chance, &fate);
        InventedMember {
            cells: [
                (number + 1).to_string(),
                name,
                self.branch(number).to_owned(),
                id_card,
                sex.label().to_owned(),
                people.to_owned(),
                born.to_string(),
                education(&mut chance, age).to_owned(),
                kind.label().to_owned(),
                admitted,
                full,
                post(&mut chance, age, sex).to_owned(),
                if fate.phoneless() { String::new() } else { identity::member_phone(number) },
                landline(&mut chance, &fate),
                address(&mut chance),
                place.standing.label().to_owned(),
                yes_or_no(fate.lost()),
                place.lost_on,
                yes_or_no(!place.away.is_empty()),
                place.away.to_owned(),
            ],
        }
    }

    /// Days of admission and of becoming a full member; probation is one year.
    fn admission(&self, chance: &mut Chance, fate: &Fate, born: Date) -> (String, String) {
        let latest = self.today.plus_years(-1).plus_days(-1);
        if fate.probationary() {
            let admitted = self.today.plus_days(-days(chance.between(5, 355)));
            return (admitted.to_string(), String::new());
        }
        // One day more, for who was born on a 29 February.
        let earliest = born.plus_years(18).plus_days(1);
        let span = u32::try_from(latest.days_since(earliest)).unwrap_or_default();
        let admitted = earliest.plus_days(days(chance.below(span.min(25 * 365))));
        (admitted.to_string(), admitted.plus_years(1).to_string())
    }

    /// A member lost for more than six months has his membership stopped; one abroad keeps it.
    fn whereabouts(&self, chance: &mut Chance, fate: &Fate) -> Whereabouts {
        let ago = chance.between(30, 700);
        let lost_on = if fate.lost() { self.today.plus_days(-days(ago)).to_string() } else { String::new() };
        let standing = if fate.lost() && ago > 183 {
            Standing::Suspended
        } else if fate.abroad() {
            Standing::Retained
        } else if fate.restored() {
            Standing::Restored
        } else {
            Standing::Normal
        };
        let away = if fate.lost() {
            ""
        } else if fate.abroad() {
            "国（境）外留学"
        } else if fate.floating() {
            chance.pick(&AWAY)
        } else {
            ""
        };
        Whereabouts { standing, lost_on, away }
    }
}

struct Whereabouts {
    standing: Standing,
    lost_on: String,
    away: &'static str,
}

impl Iterator for Members<'_> {
    type Item = InventedMember;

    fn next(&mut self) -> Option<InventedMember> {
        if self.next >= self.count {
            return None;
        }
        let member = self.member(self.next);
        self.next += 1;
        Some(member)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.count - self.next).unwrap_or(usize::MAX);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Members<'_> {}

fn age_in_days(chance: &mut Chance, fate: &Fate) -> i32 {
    let years = if fate.probationary() {
        chance.between(20, 38)
    } else if fate.phoneless() {
        chance.between(74, 90)
    } else if fate.abroad() {
        chance.between(23, 30)
    } else {
        chance.between(21, 84)
    };
    days(years * 365 + years / 4 + chance.below(365))
}

fn name_and_people(chance: &mut Chance, fate: &Fate, sex: Sex) -> (String, &'static str) {
    if fate.dotted_name() {
        return (identity::dotted_name(chance, sex).to_owned(), "维吾尔族");
    }
    let name = if fate.rare_name() { identity::rare_name(chance) } else { identity::name(chance, sex) };
    let people = if chance.percent(4) { chance.pick(&PEOPLES) } else { "汉族" };
    (name, people)
}

fn education(chance: &mut Chance, age: i16) -> &'static str {
    match age {
        ..=23 => at(&EDUCATION, chance.between(4, 5)),
        24..=35 => at(&EDUCATION, chance.between(4, 6)),
        36..=59 => at(&EDUCATION, chance.between(2, 6)),
        _ => at(&EDUCATION, chance.between(0, 5)),
    }
}

fn post(chance: &mut Chance, age: i16, sex: Sex) -> &'static str {
    let retires = if sex == Sex::Male { 60 } else { 55 };
    match age {
        ..=23 => "学生",
        age if age >= retires => "离退休人员",
        _ => chance.pick(&POSTS),
    }
}

/// Whoever has no mobile phone is reached at home.
fn landline(chance: &mut Chance, fate: &Fate) -> String {
    if fate.phoneless() || chance.percent(30) {
        format!("0592-{}{:06}", chance.between(2, 7), chance.below(1_000_000))
    } else {
        String::new()
    }
}

fn address(chance: &mut Chance) -> String {
    let district = chance.pick(&DISTRICTS);
    let place = chance.pick(&PREFIXES);
    let (house, room) = (chance.between(1, 480), chance.between(101, 2804));
    format!("福建省鹭岛市{district}{place}路{house}号{room}室")
}

fn yes_or_no(yes: bool) -> String {
    if yes { "是" } else { "否" }.to_owned()
}

fn days(count: u32) -> i32 {
    i32::try_from(count).unwrap_or_default()
}
