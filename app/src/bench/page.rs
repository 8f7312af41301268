//! 我的档案 through every layer against the bare handler.

use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use super::client::{Client, request, throughput};
use super::lab::{Lab, Served, free_address};
use super::measure::{milliseconds, processor_time};
use super::report::{Line, Wanted};
use super::sessions::Session;

const CONNECTIONS: usize = 8;
const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 2;

/// Takes turns with the bare handler, so that a busy moment of the machine falls on both.
pub(super) fn measure(
    lab: &Lab,
    served: &Served,
    url: &str,
    members: &[Session],
    engine: &str,
) -> Result<Vec<Line>, String> {
    let requests: Vec<Vec<u8>> = members
        .iter()
        .map(|member| request("GET", "/member/record", &[("Cookie", &member.member_cookie())], ""))
        .collect();
    let bare = Bare::start(lab, url)?;
    let (mut ours, mut theirs) = (0.0_f64, 0.0_f64);
    let warm = Duration::from_millis(500);
    throughput(served.address, CONNECTIONS, warm, &requests)?;
    throughput(bare.address, CONNECTIONS, warm, &requests)?;
    let (mut answered, mut used) = (0.0, 0.0);
    for _ in 0..ROUNDS {
        let before = processor_time(&[served.pid()]);
        let rate = throughput(served.address, CONNECTIONS, ROUND, &requests)?;
        used += milliseconds(processor_time(&[served.pid()]).saturating_sub(before));
        answered += rate * ROUND.as_secs_f64();
        ours = ours.max(rate);
        theirs = theirs.max(throughput(bare.address, CONNECTIONS, ROUND, &requests)?);
    }
    let bearer: Vec<Vec<u8>> = members
        .iter()
        .map(|member| request("GET", "/api/v1/member/record", &[("Authorization", &member.bearer())], ""))
        .collect();
    let json = throughput(served.address, CONNECTIONS, ROUND, &bearer)?;
    let how = format!(
        "{ours:.0}/s against {theirs:.0}/s; as JSON {json:.0}/s; {:.3} ms of processor a page",
        used / answered
    );
    let what = format!("我的档案, {engine}, share of a bare handler");
    Ok(vec![Line::new(what, ours / theirs, "×", Wanted::AtLeast(0.5)).from(how)])
}

/// The bare handler in a process of its own.
struct Bare {
    child: Child,
    address: std::net::SocketAddr,
}

impl Bare {
    fn start(lab: &Lab, url: &str) -> Result<Self, String> {
        let address = free_address()?;
        let child = lab
            .program()
            .args(["bench", "--bare", url, "--listen", &address.to_string()])
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let bare = Self { child, address };
        for _ in 0..500 {
            let asked = Client::connect(address).and_then(|mut client| client.send(&request("GET", "/", &[], "")));
            if asked.is_ok() {
                return Ok(bare);
            }
            thread::sleep(Duration::from_millis(10));
        }
        Err("the bare handler does not answer".to_owned())
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
