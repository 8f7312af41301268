//! What one page costs, all layers of this crate together. Run it optimised, by hand:
//! `cargo test --release -p ejia-web --test cost -- --ignored --nocapture`.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

mod house;

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use house::{AS_MEMBER, BEARER, FORM, HTMX, House};

/// Name, path, headers, body, status.
type Case<'c> = (&'c str, &'c str, Vec<(&'c str, &'c str)>, Option<&'c str>, StatusCode);

const TIMES: u32 = 20_000;

/// The processor time of this process so far, all threads, by the kernel's ticks of 10 ms.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let ticks: u64 = after_name.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

fn cases(form: &str) -> [Case<'_>; 9] {
    let gzip = ("accept-encoding", "gzip");
    [
        ("nothing but the router", "/healthz", vec![], None, StatusCode::OK),
        ("page", "/member/record", vec![AS_MEMBER], None, StatusCode::OK),
        ("list of 50", "/member/many", vec![AS_MEMBER], None, StatusCode::OK),
        ("list of 50, packed", "/member/many", vec![AS_MEMBER, gzip], None, StatusCode::OK),
        ("page, packed", "/member/record", vec![AS_MEMBER, gzip], None, StatusCode::OK),
        ("fragment", "/member/record", vec![AS_MEMBER, HTMX], None, StatusCode::OK),
        ("json", "/api/v1/member/record", vec![BEARER], None, StatusCode::OK),
        ("form refused", "/member/record", vec![AS_MEMBER, FORM], Some(form), StatusCode::CONFLICT),
        ("front", "/", vec![], None, StatusCode::OK),
    ]
}

#[tokio::test]
#[ignore = "measures; run it optimised and alone"]
async fn a_page_costs_less_than_300_microseconds_of_processor_time() {
    let house = House::open();
    let csrf = house.member_csrf().await;
    let form = format!("csrf={csrf}&name=x&phone=taken");
    for (name, path, headers, body, status) in cases(&form) {
        let (from, busy) = (Instant::now(), processor_time());
        let mut bytes = 0;
        for _ in 0..TIMES {
            let got = match body {
                Some(body) => house.post(path, &headers, body.to_owned()).await,
                None => house.get(path, &headers).await,
            };
            assert_eq!(got.status, status);
            bytes = got.text.len();
        }
        let (took, used) = (from.elapsed() / TIMES, processor_time().saturating_sub(busy) / TIMES);
        println!("{name:24} {took:>10.1?} wall {used:>10.1?} processor {bytes:>8} bytes");
        assert!(used < Duration::from_micros(300), "{name}: {used:?}");
    }
}
