//! 【会议】 of a member: which meetings he is called to, 【报名】, 【请假】, and 【参加】 online.

mod answer;
mod pages;
mod views;
mod waiting;

pub(crate) use answer::called_to;
pub(crate) use pages::routes;
pub use waiting::waiting;
