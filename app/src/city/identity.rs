//! What must be true of a number and unique in the city: codes, phones, ID-card numbers, names.

use ejia_kernel::{Date, IdCardNumber, Sex};

use super::chance::{Chance, at};
use super::words::{AREAS, DOTTED_NAMES, FAMILY_NAMES, MEN, MOBILE, RARE_NAMES, WOMEN};

/// Where the phones of organizations begin among all phones.
const ORGANIZATION_PHONES: u32 = 50_000_000;
/// How many pairs of area and order number there are for each sex and day of birth.
const SLOTS: u32 = 12 * 500;

/// Eight digits that look drawn; different for different numbers below 100 million, because the
/// factor shares none with 10⁸.
fn scattered(number: u32) -> u64 {
    (u64::from(number) * 61_803_399 + 27_182_818) % 100_000_000
}

/// 党组织代码 of the organization with this number.
pub(super) fn organization_code(number: u32) -> String {
    format!("3502{:08}", scattered(number))
}

/// The phone of the member with this number.
pub(super) fn member_phone(number: u32) -> String {
    let prefix = Chance::of("phone", number).pick(&MOBILE);
    format!("{prefix}{:08}", scattered(number))
}

/// The phone of the contact of the organization with this number; no member has it.
pub(super) fn organization_phone(number: u32) -> String {
    member_phone(ORGANIZATION_PHONES + number)
}

/// The ID-card number of the member with this number, born near the wished day, and the day that
/// it is in the end. `members` is how many there are in all.
///
/// Area and order number go round and round through all pairs; members who meet in a pair differ in their round, and
/// the round fixes the rest of the day of birth modulo the number of rounds. So no two are the
/// same, and in a small city, which has one round, the day stays as wished.
pub(super) fn id_card(number: u32, members: u32, sex: Sex, wished: Date) -> (String, Date) {
    let rounds = i32::try_from(members / SLOTS + 1).unwrap_or(1);
    let round = i32::try_from(number / SLOTS).unwrap_or_default();
    let slot = number * 7 % SLOTS;
    let order = slot / 12 * 2 + u32::from(sex == Sex::Male);
    let since = first_day().map_or(0, |first| wished.days_since(first));
    let rest = since.rem_euclid(rounds);
    // Never younger than wished, so that everybody was old enough for what happened to him.
    let born = wished.plus_days(round - rest - (rounds - 1));
    let day = born.to_string().replace('-', "");
    let body = format!("{}{day}{order:03}", at(&AREAS, slot));
    let number = IdCardNumber::complete(&body).map_or(body, |number| number.expose().to_owned());
    (number, born)
}

fn first_day() -> Option<Date> {
    Date::new(1900, 1, 1).ok()
}

/// A name as most are.
pub(super) fn name(chance: &mut Chance, sex: Sex) -> String {
    let given = if sex == Sex::Male { &MEN } else { &WOMEN };
    let family = if chance.percent(3) {
        chance.pick(&FAMILY_NAMES)
    } else {
        // The first dozen bear half of the names.
        let few = FAMILY_NAMES.get(..if chance.percent(50) { 12 } else { 45 });
        chance.pick(few.unwrap_or(&FAMILY_NAMES))
    };
    let first = chance.pick(given);
    let second = if chance.percent(80) { chance.pick(given) } else { "" };
    format!("{family}{first}{second}")
}

/// A name with a character that old programs lose.
pub(super) fn rare_name(chance: &mut Chance) -> String {
    format!("{}{}", chance.pick(&FAMILY_NAMES), chance.pick(&RARE_NAMES))
}

/// A name with a dot, a man's or a woman's.
pub(super) fn dotted_name(chance: &mut Chance, sex: Sex) -> &'static str {
    // Men's and women's names alternate in the list.
    let pair = chance.below(4) * 2;
    at(&DOTTED_NAMES, pair + u32::from(sex == Sex::Female))
}
