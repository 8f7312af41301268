//! Faults: the number a person is told and the log line that bears it.

use ejia_kernel::Problem;

use crate::face::Facts;

/// Writes a fault down under a new number: what happened and at which kind of path, never who or with what.
pub(crate) fn log(problem: &Problem, facts: &Facts) -> String {
    let number = fault_number();
    tracing::error!(
        number,
        code = problem.code,
        detail = problem.detail.as_deref().unwrap_or_default(),
        method = %facts.method,
        path = shape(&facts.path),
        "fault"
    );
    number
}

/// The path with everything that is not a plain word left out, for the log.
fn shape(path: &str) -> String {
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.'));
    path.split('/').map(|part| if plain(part) { part } else { "*" }).collect::<Vec<_>>().join("/")
}

/// Eight characters that are easy to read out on the telephone.
fn fault_number() -> String {
    const ALPHABET: [char; 32] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N',
        'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
    ];
    let mut bytes = [0_u8; 8];
    // Without randomness the number is still eight characters; the log line stands beside it in time.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or('0')).collect()
}
