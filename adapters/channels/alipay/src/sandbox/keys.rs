//! The keys of the sandbox: everyone can read them here, so production refuses them.

use ejia_wire::{PrivateKey, PublicKey};

/// The merchant's private key in the sandbox.
pub const SANDBOX_MERCHANT_PRIVATE_KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDm/72ItCdCphN+
VnZ6iZJsl3os6BugdU8qIiE7I2HAya4ixDe8nQtutyZ49ahDQinkoCB/LB541zsa
sTbpsnNT3en7LYKD1sfYuc8+OYgNvY9LRHw0+rrno4P37DHmAQaFlD/MieFgvWhP
RtTMVekMX5erADw8wdELhb4UsDmMs0KW+A+XNSXbMgUejh6ZHAbAPHf2zlm2VWsL
Uoay3MaxVlnen1BXV5T6cZ+QoPrUMBqTlbz8M9jHRYRqkUDHDZOrkQbbkMKnfEJx
qAic8Jv8u1evzvyDC1nwxH9pje6fmVpBgspJ3RETVeLvtDBEH7DqJ8KunyA+qnQp
Rm+ounpTAgMBAAECggEAPQmUZlvcB+NkQTzNf6F8XE9GTDlkm2iD64krKLo3qT5h
UfRxGdiRXcbtVobq2CLSeQPKsm/Q+XM9vdbXwLaTfLSlj+Y9l2KYWe73EOUYyzCs
fWHyQ/mAi5aMV2VE5hadR4ydswk30V0bA9+eeQO2Wbukkt20DQXVm+rSCBtsiX2P
9bS0yCF2ElGkSXTUKQNOUBVXbnJBh9/rEjoZw7e1A6FnE4S0jRVQdLgF3hGOoPAj
hInrDrGBcnIW7KNMK7zyfk0NhJpToO852F9DrU13er+5ExpbdNwQO3IiFFlN5Oei
INiG5m3ipI3sM7se7od72dVya3+rSCcFWphuoUH/QQKBgQD03KD4RN2gmZiqNtB+
9ImZZ2y/F2tZ4K+U2LxyR6gCRItNsT3N0BFxwp3NKd8vAlkIQR4Ep3lUDs7mLD8o
+WFYS5YgIb8WEPhk9n8I828ieXcO4LmYvp/LMxetmOdhWQFRJ3yEi6aqg/ZMivbD
jI+k9ZvuDR6esO6wzrNhjbrr8wKBgQDxga5odDxvTnbyGyASAfrZvv9reJqg9E0r
CThttjV7GHL1hA7MDFbVpnyyMAI5xP87DfS/SOiUqFO1qfuwMA2Pk33Hfn8bVuuK
8Bfk0oMaoZlKSjD7Sp0u7HkhQKv1eqrLfj6hLXG1qILdG0NKiyXeUKBJZ2NXlj57
rQm+6qmwIQKBgQDL1Jle8hy34wRVtTmMZU3h2FmLHRitAb/HnUAJtaKi+KIps4Bq
QmkzFLm9nrx96mto1qQBZdQ25/jNXEnbdvTUxl8bMlxaJxhPG26Waea6gPhd9y4o
e46TXV25kc4SmD/jaYZa49GCokU2ZHuUPv8YZ6g82skBevHHVtm2PIA8hwKBgQCx
Rrsqq6AtKFDBuU2aSl/D9KLzVc1TtuDqZVNJnYW2fSTtuelOuQQIwrQn7HvFwiiE
ReNRgohPjxwbbtJ062EY8nBSvzU4cV5nV4SCkFByfQrT8I/x9jxZVHY6BYn0oP28
cEgy8fPVIAQnn7qOfoPmpBJ0r3LJuVzWVhegUAsNYQKBgA2j6dgXqgNdZanALObH
CVNPpabih3xq01ygLk85zsnskNFDEJGjiZqQ8v6OVWt+TbdMsfA+Ji+i+a6EEl9J
+gM3BiRUGt9mRt2fkT4zvyvRhNVLO8JmLOGmFmnj1mwXJ5WCE8PSYGHrYRalOgzh
NcXTT/NLRemml8IljxcUmJth
-----END PRIVATE KEY-----
";

/// The merchant's public key in the sandbox, as it is registered there.
pub const SANDBOX_MERCHANT_PUBLIC_KEY: &str = "\
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA5v+9iLQnQqYTflZ2eomS
bJd6LOgboHVPKiIhOyNhwMmuIsQ3vJ0LbrcmePWoQ0Ip5KAgfyweeNc7GrE26bJz
U93p+y2Cg9bH2LnPPjmIDb2PS0R8NPq656OD9+wx5gEGhZQ/zInhYL1oT0bUzFXp
DF+XqwA8PMHRC4W+FLA5jLNClvgPlzUl2zIFHo4emRwGwDx39s5ZtlVrC1KGstzG
sVZZ3p9QV1eU+nGfkKD61DAak5W8/DPYx0WEapFAxw2Tq5EG25DCp3xCcagInPCb
/LtXr878gwtZ8MR/aY3un5laQYLKSd0RE1Xi77QwRB+w6ifCrp8gPqp0KUZvqLp6
UwIDAQAB
-----END PUBLIC KEY-----
";

/// The sandbox's own private key: what it signs answers and notifications with.
pub const SANDBOX_ALIPAY_PRIVATE_KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCXrYlv4pqC6heY
228A5LS5Xab+h5xaOBcwO71k3afbkgjIhDCh60VkxV/S4v/lYUJOUe/7cK3nmSJz
MK5y2ZNQ/GCnmV/TKFsMqu/HxzSbvc8SwjQb3+UT/tugQpTJ7YySYo6cX/jN6tQC
+fS3mt0cBd5lu1Mr85snpbuFmzUonujMvUnYjE2AAZ6h6fcfqUYojqXSnjoSBAzh
KqSuoTx2xIN7ih2xqDPLMICpS4Ox3KpBOwQSS1wUs0xSXvvjRHggEa6pxAD1WYQq
v+QgD744SK9SUV2AVPiJuAnxdDkohfJfxa/ZE7Dvdc+JGWrnoyK8kteDv3WrKXO0
oBv8O4VtAgMBAAECggEAJXL2TQag6ZPMsbP0Cz9sk5vY4F0xMGFK8GC/mUjU6fR7
cK6ap0/EeWX2C8Z6MfM6gMXgP6+JcHYxuEkbuUWZBtTZNGg87ZC4Mj9+JlA73/wU
RWhnnz4/fBlftojZ3aVmILpuxZM4hfbl07pNPovg7ctRJsMCfQaPl1FnJEy26kk4
kPk/s3jNyHVGq5kKw/jGyhQBAdOqt0ogBg/Sx8chPZQFZ8MQUzBJppcWS+UQQK5r
h1nrFBQhjGZlm87dtUqdbNddAsOsE6021Bx34tpVOGn2ZYCphTe+xh4J3JRnWp+3
Oj6wiwzwlC47TN4troNuGq7NjStIhFB3a+BeqFcGwQKBgQDKLrul8rC+gF9IIsll
znaODkcSf6hNhVM0Jt+JPYMeXJltA+alcEJCAXzZS8x/xGnxAT2QlWjLWDwkvBld
295wLTjkxSbzTd/1iD04YTIgRLedTSA/+CXUxyv6msKbkYteYq9b6vQDt7YhNO9y
rEa02ARkj0XvO0IaoB/VxnHTkQKBgQDADUdSN+XCVWov4SScsTkhZNTfKCuAUZH1
gNFqFCOPSlriIoOWyTpUFfqk/grOvcTMvr2zkCLJ78YeAxTZRrGAd0m4sYxZTgiy
o2hUM+f6hjV4O4lBAS3bup+tpl1CSUPM1Y1CAlHNskkcUKDXE21Q/Gp//fA0IG9Z
hIRpMequHQKBgBGUEpiRCzDk9GPPMnd5hfE/6IoBM17aEqvcHV9PS9Ed9/D0f98u
bXRTsMkrv/Hz38omc3XYp63WVBRVjlcMwMA8DlBFm+dXg/tTBw+Z08PedaBljkJB
jvh7AKXfQsBH3TgtmFWDjgest1cXxSHRPKyIg4lCs6/jFRI/jcUGZeshAoGAQCHv
CDCsZAnb7OM1M7ImztT6FQ83/6C9qgr7Y34YJdiBovQ9lxPZi4zPZ1uCRmmul2S2
uojOZTrRoOIMi0YFLk4nayq3IHdjhiv1QfEXbVx17JGNEw0OwEqA2h8tE16d6oAB
rOJTaOo5aeAu5cOSBLJV6inllbKjHHSZNvu5T60CgYAAlLqWUjO2SGF17fINbcAM
zTRoVxvaaagLrj/doZ6LoRuiaPxzqCZ31YMwwi0hJQiALV9ZjbWeEPem3aQ5mXvv
kWy3cLYWBhLiaFAWw0jP2U2tLoN8K42q1lG0by2pGhkYzsZZNWgjlUUEdT8twuGB
WJ/yHCgl5AlshmGZ2BmDCA==
-----END PRIVATE KEY-----
";

/// The sandbox's public key, in the place of Alipay's.
pub const SANDBOX_ALIPAY_PUBLIC_KEY: &str = "\
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAl62Jb+KaguoXmNtvAOS0
uV2m/oecWjgXMDu9ZN2n25IIyIQwoetFZMVf0uL/5WFCTlHv+3Ct55kiczCuctmT
UPxgp5lf0yhbDKrvx8c0m73PEsI0G9/lE/7boEKUye2MkmKOnF/4zerUAvn0t5rd
HAXeZbtTK/ObJ6W7hZs1KJ7ozL1J2IxNgAGeoen3H6lGKI6l0p46EgQM4SqkrqE8
dsSDe4odsagzyzCAqUuDsdyqQTsEEktcFLNMUl7740R4IBGuqcQA9VmEKr/kIA++
OEivUlFdgFT4ibgJ8XQ5KIXyX8Wv2ROw73XPiRlq56MivJLXg791qylztKAb/DuF
bQIDAQAB
-----END PUBLIC KEY-----
";

/// Whether a key, private or public, in whatever shape, is one of the sandbox's: production starts with none of them.
pub fn is_sandbox_key(key: &str) -> bool {
    let public = |text: &str| {
        PublicKey::read(text.as_bytes())
            .or_else(|_| PrivateKey::read(text.as_bytes()).map(|private| private.public()))
            .ok()
    };
    let known = [SANDBOX_MERCHANT_PUBLIC_KEY, SANDBOX_ALIPAY_PUBLIC_KEY];
    public(key).is_some_and(|key| known.into_iter().any(|known| public(known).as_ref() == Some(&key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sandboxs_keys_are_known_in_every_shape() {
        let bare: String = SANDBOX_MERCHANT_PRIVATE_KEY.lines().filter(|line| !line.starts_with("--")).collect();
        for key in [SANDBOX_MERCHANT_PRIVATE_KEY, SANDBOX_ALIPAY_PRIVATE_KEY, SANDBOX_ALIPAY_PUBLIC_KEY, &bare] {
            assert!(is_sandbox_key(key));
        }
        let other = include_str!("../../../wire/vectors/test_pkcs8.pem");
        assert!(!is_sandbox_key(other));
        assert!(!is_sandbox_key(""));
    }
}
