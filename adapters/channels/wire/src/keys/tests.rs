//! Known answers of the banks, and keys in every shape.

use super::*;
use crate::codes::{base64, hex};
use crate::forms::Charset;

const PKCS8: &[u8] = include_bytes!("../../vectors/test_pkcs8.pem");
const PKCS1: &[u8] = include_bytes!("../../vectors/test_pkcs1.pem");
const SPKI: &[u8] = include_bytes!("../../vectors/test_spki.pem");
const SIGNED: &str = include_str!("../../vectors/test_sha256.b64");
const TEXT: &str = "a=1&subject=党费";

#[test]
fn a_key_is_read_in_every_shape_it_is_handed_out_in() {
    let public = PublicKey::read(SPKI).unwrap();
    let der = bare_der(PKCS8).unwrap();
    for shape in [PKCS8.to_vec(), PKCS1.to_vec(), der.clone(), base64(&der).into_bytes(), hex(&der).into_bytes()] {
        assert_eq!(PrivateKey::read(&shape).unwrap().public(), public);
    }
    let der = public.spki_der();
    for shape in [der.clone(), base64(&der).into_bytes(), hex(&der).into_bytes()] {
        assert_eq!(PublicKey::read(&shape).unwrap(), public);
    }
    for nonsense in ["", "-----BEGIN RSA PRIVATE KEY-----", "AAAA", "党费"] {
        assert!(PrivateKey::read(nonsense.as_bytes()).is_err());
        assert!(PublicKey::read(nonsense.as_bytes()).is_err());
    }
    assert!(!format!("{:?}", PrivateKey::read(PKCS8).unwrap()).contains("BEGIN"));
}

/// The signature is openssl's: `openssl dgst -sha256 -sign`.
#[test]
fn sha256_is_signed_as_openssl_signs_it() {
    let key = PrivateKey::read(PKCS8).unwrap();
    let signature = from_base64(SIGNED).unwrap();
    assert_eq!(key.sign(Scheme::Sha256, TEXT.as_bytes()).unwrap(), signature);
    assert!(PublicKey::read(SPKI).unwrap().verify(Scheme::Sha256, TEXT.as_bytes(), &signature));
}

#[test]
fn every_scheme_verifies_its_own_and_no_other() {
    const ALL: [Scheme; 4] = [Scheme::Sha256, Scheme::Sha1, Scheme::Md5, Scheme::BareSha1];
    let key = PrivateKey::read(PKCS1).unwrap();
    for scheme in ALL {
        let mut signature = key.sign(scheme, TEXT.as_bytes()).unwrap();
        for other in ALL {
            assert_eq!(key.public().verify(other, TEXT.as_bytes(), &signature), scheme == other);
        }
        assert!(!key.public().verify(scheme, b"a=2", &signature));
        *signature.last_mut().unwrap() ^= 1;
        assert!(!key.public().verify(scheme, TEXT.as_bytes(), &signature));
        assert!(!key.public().verify(scheme, TEXT.as_bytes(), b""));
    }
}

/// The demo of China Construction Bank: MD5, exponent 17, a modulus of 1023 bits.
#[test]
fn ccbs_demo_notification_holds() {
    let key = "30819c300d06092a864886f70d010101050003818a003081860281807d1e98e9c10625239ad9116488accf18a95125c83f5ac52f\
               055be47614087b1bc55f1d475ddb0516b6339f7c2a8fd4def86519087cc6ecd8ea4657a5cef26d84890d00772d216e95d0aba1ea\
               9fd39fb02202c82b71333b104e715da5de65be4cf5b83e3c0ba459777fe83a39485f145fccc94b471981348db5beab735c5889f1\
               020111";
    let text =
        "POSID=000000000&BRANCHID=330000000&ORDERID=2004010061&PAYMENT=0.01&CURCODE=01&REMARK1=&REMARK2=&SUCCESS=N";
    let signature = "5bf88c409a13963286904e8954a4d825108f9b5bb60a8c8e5cfc05355fe4e247c777b521c7d68b8d51968285d51d1a0da0\
                     c5bd55e19268949a20dd7bd14f17422e41f3e6f7446d2136e10e796abc8b8a6f752bed5091374551d84d02f185aa3f9b51\
                     6ac77ca319b06a8269389de6d7f677c619bfc0c89ccbcb125ae6dd7cc646";
    let key = PublicKey::read(key.as_bytes()).unwrap();
    assert_eq!(key.bits(), 1023);
    let signature = from_hex(signature).unwrap();
    assert!(key.verify(Scheme::Md5, text.as_bytes(), &signature));
    assert!(!key.verify(Scheme::Md5, text.replace("000000000", "000000001").as_bytes(), &signature));
}

/// The same bank's demo with Chinese: the bytes are GBK.
#[test]
fn ccbs_demo_in_chinese_holds_in_gbk_only() {
    let key = "30819d300d06092a864886f70d010101050003818b00308187028181009ba4951169c5deecf03a8ddb2fd934f53747c03a211f63\
               bccc84773182bdd8f7159634705041087e4c9053df05326952a143e1aab5e8ba75ed891a91c2db484b66a064abba6605418944d87\
               63814ff23c161101948ec9ef2dfac735b4bb7c7dac18fbf87157b424780eb7080a3e7c9e79dd4841e44a001edfe497b9e3d2181b9\
               020111";
    let text = "POSID=000000000&BRANCHID=110000000&ORDERID=19991101234&PAYMENT=500.00&CURCODE=01&REMARK1=19991101\
                &REMARK2=北京商户&SUCCESS=Y&ACC_TYPE=11";
    let signature = "02bfadfe6c64847325f8a1bfc2a5820a65a17ad1e6da7c789c7215eefb7e5b5dfabe4f8b87d093e033128d4a0bbf9e6b818\
                     ae5ac9ba4bd12af827fb9b3ff3754b73c0283443fa5bf850bac7a048908b07965def9b9420682d67bdbf57eaeac4a70004\
                     e16db30fe91d368bde675cd70f3c62f1e39a65c8483acc890a806ab5557";
    let key = PublicKey::read(key.as_bytes()).unwrap();
    let signature = from_hex(signature).unwrap();
    assert!(key.verify(Scheme::Md5, &Charset::Gbk.encode(text), &signature));
    assert!(!key.verify(Scheme::Md5, text.as_bytes(), &signature));
}

/// A published vector of ICBC's library: the digest without its name.
#[test]
fn icbcs_bare_digest_holds() {
    let certificate = crate::Certificate::read(include_bytes!("../../vectors/icbc_test_mer.b64")).unwrap();
    let text = include_str!("../../vectors/icbc_b2c_msg.b64");
    let signature = from_base64(include_str!("../../vectors/icbc_b2c_sig.b64")).unwrap();
    let text = from_base64(text).unwrap();
    assert!(certificate.public_key().verify(Scheme::BareSha1, &text, &signature));
    assert!(!certificate.public_key().verify(Scheme::Sha1, &text, &signature));
}
