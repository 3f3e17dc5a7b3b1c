//! What comes back to a log from the cloud, and what parts from it late.

use std::sync::Arc;

use super::ShelfError;
use super::log_state::LogState;
use super::store::Durability;
use super::stream::{Kind, Pending, StreamRecord, absorb_into, next_stream, put_record, rechain};
use super::vault::Changes;
use crate::id::StreamId;
use crate::log::{Chain, Event, StreamOpen, StreamPoint};

impl LogState {
    /// Takes events of a stream that the cloud had, from a point that is known here. Those
    /// of a stream that is new here begin it.
    pub fn take_back(
        &mut self,
        open: &StreamOpen,
        from: StreamPoint,
        events: Vec<Event>,
    ) -> Result<StreamPoint, ShelfError> {
        if open.pupil != self.pupil {
            return Err(ShelfError::NoPupil(open.pupil));
        }
        self.ground.ensure_free(0)?;
        let mut chain = Chain::resume(open.secret.clone(), from);
        let mut pending = Pending::with_capacity(events.len());
        for event in events {
            let point = chain.push(&event)?;
            pending.push_back((event, point));
        }
        let to = chain.point();
        if self.own_mut(open.stream).is_some() {
            self.fill(open.stream, from, to, pending)?;
            return Ok(to);
        }
        let known = self.returned.values().find(|record| record.open == *open);
        let mut record = match known {
            Some(record) => record.clone(),
            None => {
                let last = self.returned.keys().next_back();
                let order = last.map_or(0, |order| order.saturating_add(1));
                StreamRecord::begin(open.clone(), order)
            }
        };
        if record.absorbed != from {
            return Err(ShelfError::Fork { at: from });
        }
        absorb_into(&self.vault, Some(Kind::Returned), &mut record, &mut pending)?;
        record.acknowledged = record.absorbed;
        self.returned.insert(record.order, record);
        Ok(to)
    }

    /// Puts events of this terminal's own back where a loss left a hole.
    fn fill(
        &mut self,
        stream: StreamId,
        from: StreamPoint,
        to: StreamPoint,
        mut pending: Pending,
    ) -> Result<(), ShelfError> {
        let vault = Arc::clone(&self.vault);
        let Some(record) = self.record(stream).cloned() else {
            return Ok(());
        };
        let is_ours = |point: StreamPoint| -> Result<bool, ShelfError> {
            let known = self.point_at(&record, point.next_seq)?;
            Ok(known.is_none_or(|known| known == point))
        };
        if to.next_seq > record.whole_from || !is_ours(from)? || !is_ours(to)? {
            return Err(ShelfError::Fork { at: to });
        }
        // Only the events are written: the record stands higher already.
        let mut scratch = StreamRecord {
            absorbed: from,
            ..record.clone()
        };
        let is_filled = to.next_seq == record.whole_from;
        absorb_into(&vault, None, &mut scratch, &mut pending)?;
        if let Some(record) = self.own_mut(stream).filter(|_| is_filled) {
            record.whole_from = 0;
            let record = record.clone();
            let mut changes = Changes::default();
            put_record(&mut changes, Kind::Own, &record)?;
            self.vault.commit(&changes, Durability::Now)?;
        }
        Ok(())
    }

    fn own_mut(&mut self, stream: StreamId) -> Option<&mut StreamRecord> {
        let former = self.former.values_mut();
        former
            .chain([&mut self.current])
            .find(|record| record.open.stream == stream)
    }

    /// Parts a stream that is written no more. The new stream's name follows from the old one
    /// and the point, so that a crash in between leaves nothing that the next try does not
    /// write again.
    pub fn fork_former(
        &mut self,
        stream: StreamId,
        at: StreamPoint,
    ) -> Result<StreamOpen, ShelfError> {
        let Some(old) = self.record(stream).cloned() else {
            return Err(ShelfError::Fork { at });
        };
        let is_inside = self
            .end_of(&old)?
            .is_some_and(|end| at.next_seq < end.next_seq);
        if !is_inside || self.point_at(&old, at.next_seq)? != Some(at) {
            return Err(ShelfError::Fork { at });
        }
        self.ground.ensure_free(0)?;
        let above = self.events_above(&old, at.next_seq)?;
        let fresh = next_stream(&old, at, above.first())?;
        let open = fresh.open.clone();
        let (_, pending) = rechain(&open, above)?;
        let mut changes = Changes::default();
        let kind = self.kind_of(&old);
        let old = match kind {
            Kind::Own => StreamRecord {
                end: Some(at.next_seq),
                ..old
            },
            // It may still grow, from there.
            Kind::Returned => StreamRecord {
                absorbed: at,
                acknowledged: at,
                ..old
            },
        };
        put_record(&mut changes, kind, &old)?;
        let mut records = vec![(kind, old)];
        let mut current = self.current.clone();
        // Another terminal may have parted likewise, and its stream have come back.
        match self.record(open.stream).cloned() {
            Some(known) if known.open.stream == self.current.open.stream => {}
            Some(mut known) => {
                let here = self.end_of(&known)?.unwrap_or(known.absorbed);
                let mut rest: Pending = pending
                    .iter()
                    .skip_while(|(event, _)| event.seq < here.next_seq)
                    .cloned()
                    .collect();
                let below = pending
                    .iter()
                    .find(|(_, point)| point.next_seq == here.next_seq);
                if !rest.is_empty() && below.is_none_or(|(_, point)| *point != here) {
                    return Err(ShelfError::Fork { at });
                }
                absorb_into(&self.vault, None, &mut known, &mut rest)?;
                let kind = self.kind_of(&known);
                put_record(&mut changes, kind, &known)?;
                records.push((kind, known));
            }
            None => {
                let (mut next, mut pending) = (fresh, pending);
                absorb_into(&self.vault, None, &mut next, &mut pending)?;
                // It takes the place of the one that is written, which is always the last.
                next.order = self.current.order;
                current.order = next.order.saturating_add(1);
                put_record(&mut changes, Kind::Own, &next)?;
                put_record(&mut changes, Kind::Own, &current)?;
                records.push((Kind::Own, next));
            }
        }
        self.vault.commit(&changes, Durability::Now)?;
        self.current = current;
        for (kind, record) in records {
            let streams = match kind {
                Kind::Own => &mut self.former,
                Kind::Returned => &mut self.returned,
            };
            streams.insert(record.order, record);
        }
        Ok(open)
    }

    fn kind_of(&self, record: &StreamRecord) -> Kind {
        if self.is_returned(record) {
            Kind::Returned
        } else {
            Kind::Own
        }
    }
}
