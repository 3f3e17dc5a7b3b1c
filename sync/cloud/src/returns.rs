//! The table of a lease's return: which terminal, who held it, and that it is erased.

use hotaru_content::clock::in_japan;
use hotaru_sync::order::Order;

use crate::store::{TerminalRow, UnsentKnown};

/// The names of the columns.
const HEAD: [&str; 14] = [
    "terminal",
    "name",
    "holders",
    "joined",
    "last_contact",
    "unsent_known",
    "token",
    "order",
    "erased",
    "unsent_answers",
    "method",
    "key",
    "signature",
    "lessor_certificates",
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
        let lessor = row.lessor.iter().map(|filed| filed.name.as_str());
        let lessor: Vec<&str> = lessor.collect();
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
            row.unsent.map_or_else(String::new, unsent_known),
            token.to_owned(),
            order(row),
            erased,
            unsent,
            method,
            key,
            signature,
            lessor.join(" / "),
        ])?;
    }
    writer.flush()?;
    Ok(())
}

/// What a terminal last said that the school does not have: 0, or what there is.
fn unsent_known(known: UnsentKnown) -> String {
    let UnsentKnown { unsent, at_ms } = known;
    let mut parts = Vec::new();
    for (count, what) in [
        (unsent.events, "answers"),
        (unsent.photos, "photos"),
        (u64::from(unsent.locked), "locked pupils"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    if parts.is_empty() {
        parts.push("0".to_owned());
    }
    format!("{} ({})", parts.join(", "), when(at_ms))
}

/// The newest order to erase it.
fn order(row: &TerminalRow) -> String {
    let mut orders = row.orders.iter().rev();
    let erase = orders.find_map(|row| match row.order {
        Order::Erase { at_once } => Some((row, at_once)),
        Order::RemovePupil { .. } => None,
    });
    let Some((row, at_once)) = erase else {
        return String::new();
    };
    let how = if at_once { "erase at once" } else { "erase" };
    let stands = match (row.done_ms, row.told_ms) {
        (Some(done_ms), _) => format!("done {}", when(done_ms)),
        (None, Some(told_ms)) => format!("heard {}", when(told_ms)),
        (None, None) => "not heard yet".to_owned(),
    };
    format!("{how} #{}: {stands}", row.number)
}

fn when(ms: i64) -> String {
    in_japan(ms).strftime("%Y-%m-%d %H:%M").to_string()
}
