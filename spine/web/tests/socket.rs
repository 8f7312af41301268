//! The same over a real socket: who sends too much still hears why, and the caller's address is the socket's.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

mod house;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use house::House;

/// Opens the house at a free port.
async fn listening() -> (SocketAddr, House) {
    let house = House::open();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = house.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    (address, house)
}

/// Sends what a client would, and reads until the other side has said all.
async fn said(address: SocketAddr, head: &str, body: Vec<u8>) -> String {
    let head = head.replace('\n', "\r\n");
    let told = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body).unwrap();
        let mut told = Vec::new();
        stream.read_to_end(&mut told).unwrap();
        told
    });
    String::from_utf8_lossy(&told.await.unwrap()).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_too_much_hears_why() {
    let (address, _house) = listening().await;
    let length = 20 * 1024 * 1024;
    for (token, status, code) in
        [("token-of-a-member", "413", "web.form_too_large"), ("token-of-nobody", "401", "kernel.login_needed")]
    {
        let head = format!(
            "POST /api/v1/member/record HTTP/1.1\nHost: x\nConnection: close\nContent-Length: {length}\n\
             Authorization: Bearer {token}\nContent-Type: application/json\n\n"
        );
        let told = said(address, &head, vec![b' '; length]).await;
        assert!(told.starts_with(&format!("HTTP/1.1 {status} ")), "{told}");
        assert!(told.contains(code), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callers_address_is_the_sockets() {
    let (address, _house) = listening().await;
    let told =
        said(address, "GET / HTTP/1.1\nHost: x\nConnection: close\nX-Forwarded-For: 9.9.9.9\n\n", Vec::new()).await;
    assert!(told.starts_with("HTTP/1.1 200 ") && told.contains("<b>127.0.0.1</b>"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_on_the_line_is_no_fault_of_ours() {
    let (address, _house) = listening().await;
    for line in [
        "GET /member/\u{1} HTTP/1.1",
        "BREW / HTTP/1.1",
        "GET //evil.example HTTP/1.1",
        "GET /%ff%fe HTTP/1.1",
        "GET /?%zz=%00 HTTP/1.1",
        "POST /member/login HTTP/1.1",
    ] {
        let told = said(address, &format!("{line}\nHost: x\nConnection: close\n\n"), Vec::new()).await;
        let status = told.split(' ').nth(1).unwrap_or_default().to_owned();
        assert!(status.starts_with('2') || status.starts_with('4'), "{line}: {told}");
    }
}
