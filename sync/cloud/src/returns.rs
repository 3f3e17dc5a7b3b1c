//! The table of a lease's return: which terminal, who held it, and that it is erased.

use hotaru_content::clock::in_japan;

use crate::store::TerminalRow;

/// The names of the columns.
const HEAD: [&str; 11] = [
    "terminal",
    "name",
    "holders",
    "joined",
    "last_contact",
    "token",
    "erased",
    "unsent_answers",
    "method",
    "key",
    "signature",
];

/// Writes the table as CSV. Times are those of Japan; what is not known is empty.
///
/// # Errors
/// Where it cannot be written.
pub fn table(rows: &[TerminalRow], to: impl std::io::Write) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(HEAD)?;
    for row in rows {
        let holders = row.pupils.iter();
        let holders: Vec<String> = holders
            .map(|(class, number)| format!("{class} #{number}"))
            .collect();
        let (key, signature) = row.erasure.as_ref().map_or_else(Default::default, |left| {
            (left.key.to_string(), left.signature.clone())
        });
        let left = row.erasure.as_ref().and_then(|left| left.verify().ok());
        let token = if row.revoked { "revoked" } else { "valid" };
        let (erased, unsent, method) = left.map_or_else(Default::default, |left| {
            (when(left.erased_ms), left.unsent.to_string(), left.method)
        });
        writer.write_record([
            row.terminal.to_string(),
            row.name.clone(),
            holders.join(" / "),
            when(row.joined_ms),
            when(row.seen_ms),
            token.to_owned(),
            erased,
            unsent,
            method,
            key,
            signature,
        ])?;
    }
    writer.flush()?;
    Ok(())
}

fn when(ms: i64) -> String {
    in_japan(ms).strftime("%Y-%m-%d %H:%M").to_string()
}
