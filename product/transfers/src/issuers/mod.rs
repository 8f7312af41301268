//! 【开具权限】: which organizations issue letters. The right is a property of the organization: those of authority 1 and
//! 2 have it at first; one of authority 1 gives it to, or takes it from, the committees under it. The road of every
//! application is found anew at each stop, so a change holds from the next stop on;
//! letters that wait where the right was taken away are issued by the next one above that has it.

mod change;
mod pages;
mod views;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use change::change;
pub(crate) use pages::routes;
