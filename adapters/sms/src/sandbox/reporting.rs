//! How a company brings a delivery report: to the product's address, again and again until it is taken.

use std::time::Duration;

/// How long a company waits for the answer to a report.
const PATIENCE: Duration = Duration::from_secs(5);

/// Sends one report until the other side answers `yes: 0`, or all waits are over.
pub(super) async fn until_taken(address: &str, body: &str, yes: &'static str, waits: &[Duration]) {
    let mut waits = waits.iter();
    loop {
        let (address, body) = (address.to_owned(), body.to_owned());
        if tokio::task::spawn_blocking(move || taken(&address, &body, yes)).await.unwrap_or(false) {
            return;
        }
        let Some(wait) = waits.next() else { return };
        tokio::time::sleep(*wait).await;
    }
}

fn taken(address: &str, body: &str, yes: &str) -> bool {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    let Ok(mut answer) = agent.post(address).header("content-type", "application/json").send(body) else {
        return false;
    };
    answer.body_mut().read_json::<serde_json::Value>().is_ok_and(|told| told.get(yes).is_some_and(|told| told == 0))
}
