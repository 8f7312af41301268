//! The only place where the two databases are allowed to differ in words.

/// Rewrites `$1` to `?1`: SQLite would take `$1` for a *named* parameter, numbered by first use.
/// Both are one byte, so the text keeps its length. Quoted text is left alone.
pub(crate) fn sqlite_parameters(sql: &str, out: &mut String) {
    out.clear();
    let mut quoted = false;
    let mut rest = sql;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'\'' | b'$')) {
        let (before, found) = rest.split_at(at);
        let (found, after) = found.split_at(1);
        out.push_str(before);
        if found == "'" {
            quoted = !quoted;
        }
        out.push_str(if found == "$" && !quoted { "?" } else { found });
        rest = after;
    }
    out.push_str(rest);
}

/// Schema text for PostgreSQL: `BLOB` is `BYTEA`, and `TEXT` is ordered by bytes as in SQLite.
pub(crate) fn postgres_schema(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 64);
    let mut word = String::new();
    for c in sql.chars().chain(std::iter::once(' ')) {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        match word.as_str() {
            "BLOB" => out.push_str("BYTEA"),
            "TEXT" => out.push_str("TEXT COLLATE \"C\""),
            other => out.push_str(other),
        }
        word.clear();
        out.push(c);
    }
    // SQLite's clustered tables are ordinary tables here.
    out.replace("WITHOUT ROWID", "")
}

/// What locks the rows that a `SELECT` found until the transaction ends. SQLite has one writer.
pub(crate) const POSTGRES_FOR_UPDATE: &str = " FOR UPDATE";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_rewritten_outside_quotes_only() {
        let mut out = String::new();
        sqlite_parameters("SELECT '$1' WHERE a = $1 AND b = $12", &mut out);
        assert_eq!(out, "SELECT '$1' WHERE a = ?1 AND b = ?12");
    }

    #[test]
    fn schema_words_are_mapped_as_whole_words() {
        assert_eq!(
            postgres_schema("CREATE TABLE t (a TEXT NOT NULL, b BLOB, TEXT_c BIGINT) WITHOUT ROWID;").trim_end(),
            "CREATE TABLE t (a TEXT COLLATE \"C\" NOT NULL, b BYTEA, TEXT_c BIGINT) ;"
        );
    }
}
