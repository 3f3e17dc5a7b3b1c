//! Who is let in, and who is not any more.

use hotaru_content::numbers::MAX_LEAP;
use hotaru_sync::http::{Method, Request};
use hotaru_sync::signed::door::{self, Show};
use hotaru_sync::wire::path;

use crate::identity::Identity;
use crate::school::TOKEN;
use crate::world::World;

/// (14) The school has the certificate of every erased terminal, and lets neither those in nor
/// terminals whose join was undone, even where somebody has a copy of their keys.
pub(super) fn erased(world: &mut World, broken: &mut Vec<String>) {
    let mut gone = world.undone.clone();
    for (place, terminal) in world.terminals.iter().enumerate() {
        let Some(erased) = &terminal.erased else {
            continue;
        };
        // A terminal that had never shown a key is not believed, whatever a copy of its disk
        // shows later; nobody can join for it again.
        let seat = world.school.db.seats.get(&erased.identity.terminal);
        let is_known = seat.is_some_and(|seat| seat.key.is_some()) && !erased.was_unknown;
        let has_it = world.school.has_certificate(erased.identity.terminal);
        // A school that came back from a backup may know of another copy's keys only.
        let is_another = world.was_restored && world.has_copies(&erased.identity);
        if is_known && !has_it && !erased.was_forgotten && !is_another {
            broken.push(format!("(14) the school lacks the certificate of {place}"));
        }
        // A copy of its disk whose key was renewed is the terminal now.
        if is_known && seat.is_some_and(|seat| seat.erasure.is_some()) {
            gone.push(erased.identity.clone());
        }
    }
    for identity in &gone {
        let request = late_request(identity);
        world.must_stay_outside(&request, "signed by a terminal that is no more");
    }
}

/// A request that somebody makes with a copy of a terminal's disk.
fn late_request(identity: &Identity) -> Request {
    let mut request = Request {
        method: Method::Get,
        path: path::lessons(0),
        headers: vec![(TOKEN, identity.token.clone())],
        body: Vec::new(),
        max_response: 0,
    };
    let by = (&identity.key, MAX_LEAP);
    let signed = door::headers(by, &request, &identity.token_hash(), &Show::Nothing);
    request.headers.extend(signed);
    request
}
