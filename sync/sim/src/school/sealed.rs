//! What comes to school though nobody opens it on its terminal.

use hotaru_content::id::{PupilId, StreamId, TerminalId};
use hotaru_content::key::PublicKey;
use hotaru_sync::http::Request;
use hotaru_sync::pack::PushBody;
use hotaru_sync::wire::{self, SchoolKey, code};

use super::orders::order_secret;
use super::{Answer, Pending, School, ours, refuse};
use crate::bug::Bug;
use crate::disk::read_journal;

impl School {
    pub(super) fn school_key(&self) -> Answer {
        let mut keys = SchoolKey::new(PublicKey([1; 32]), &order_secret());
        if self.is_old {
            (keys.orders, keys.proof) = (None, None);
        }
        ours(200, vec![], wire::write(&keys).unwrap_or_default())
    }

    /// The journal of a pupil who is locked: taken in like a push of what it holds.
    pub(super) fn journal(
        &self,
        from: TerminalId,
        request: &Request,
    ) -> Result<Answer, Box<Pending>> {
        let Some((stream, pieces)) = read_journal(&request.body) else {
            return Ok(refuse(400, code::BAD_BODY));
        };
        let known = self.db.streams.get(&stream);
        let mut opens = pieces.iter().filter_map(|piece| piece.open.as_ref());
        let pupil = known
            .map(|known| known.open.pupil)
            .or(opens.next().map(|open| open.pupil));
        if pupil.is_some_and(|pupil| !self.pupils[&from].contains(&pupil)) {
            return Ok(refuse(403, code::FORBIDDEN));
        }
        Err(Box::new(Pending::Journal { stream, pieces }))
    }

    /// Takes the pieces in, one by one. Of an image that was put back more may be here than a
    /// piece has; the last tells whether all is.
    pub(super) fn take_journal(&mut self, stream: StreamId, pieces: Vec<PushBody>) -> Answer {
        let mut answer = refuse(400, code::BAD_BODY);
        for piece in pieces {
            if self.bug == Some(Bug::JournalWithoutLooking)
                && let Some(stored) = self.db.streams.get_mut(&stream)
            {
                stored.events.extend(piece.events.clone());
            }
            answer = self.push(stream, piece, None);
        }
        answer
    }

    /// A box with the secret of a pupil's codes.
    pub(super) fn codes(&mut self, from: TerminalId, request: &Request) -> Answer {
        let Some((pupil, _)) = request.body.split_first_chunk::<16>() else {
            return refuse(400, code::BAD_BODY);
        };
        if !self.pupils[&from].contains(&PupilId(*pupil)) {
            return refuse(403, code::FORBIDDEN);
        }
        let codes = self.db.codes.entry(from).or_default();
        codes.insert(request.body.clone());
        ours(204, vec![], vec![])
    }
}
