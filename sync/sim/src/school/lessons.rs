//! Lessons: published, withdrawn, listed, read.

use std::collections::{BTreeMap, BTreeSet};

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::id::{ClassId, LessonId, TerminalId};
use hotaru_content::lesson::Revision;
use hotaru_sync::http::Request;
use hotaru_sync::intake;
use hotaru_sync::patch;
use hotaru_sync::wire::{self, Change, Lessons, PatchOffer, Publish, PublishAnswer, code, header};

use super::{Answer, Pending, School, WINDOW, ours, refuse};
use crate::bug::Bug;

/// Changes of one page.
const PAGE: usize = 3;

impl School {
    pub(super) fn publication(&mut self, request: &Request) -> Result<Answer, Box<Pending>> {
        let Ok(publish) = wire::parse::<Publish>(&request.body) else {
            return Ok(refuse(400, code::BAD_BODY));
        };
        let number = self.next_number();
        Err(Box::new(Pending::Publish { publish, number }))
    }

    pub(super) fn withdrawal(&mut self, lesson: &str) -> Result<Answer, Box<Pending>> {
        let Ok(lesson) = lesson.parse() else {
            return Ok(refuse(404, code::NOT_FOUND));
        };
        let number = self.next_number();
        Err(Box::new(Pending::Withdraw { lesson, number }))
    }

    /// One transaction: what it rests on is looked at within it.
    pub(super) fn publish(&mut self, publish: &Publish, number: u64) -> Answer {
        let document = self.db.blobs.get(&publish.document.id);
        let Some(Ok(doc)) = document.map(|bytes| Revision::from_json(bytes)) else {
            return refuse(422, code::BAD_BODY);
        };
        if doc.revision != publish.base_revision + 1 {
            return refuse(422, code::BAD_BODY);
        }
        let (lesson, revision) = (doc.lesson, doc.revision);
        let done = PublishAnswer { lesson, revision };
        let done = ours(200, vec![], wire::write(&done).unwrap_or_default());
        if let Some(before) = self.edition((lesson, revision)) {
            let is_same = before == publish.document.id && self.bug != Some(Bug::PublishTwice);
            return if is_same { done } else { not_newest() };
        }
        let before = self.db.changes.get(&lesson);
        let newest = (lesson, 0)..=(lesson, u32::MAX);
        let newest = self.db.editions.range(newest).next_back();
        let newest = newest.map_or(0, |((_, revision), _)| *revision);
        if matches!(before, Some((_, _, Change::Withdraw { .. }))) {
            return refuse(410, code::GONE);
        }
        if newest != publish.base_revision {
            return not_newest();
        }
        let blobs: Vec<BlobRef> = doc.blobs().map(|(_, blob)| blob).collect();
        let is_there =
            |blob: &BlobRef| self.db.blobs.contains_key(&blob.id) || self.counts_as_whole(blob.id);
        if !blobs.iter().all(is_there) {
            return refuse(422, code::BAD_BODY);
        }
        let document = document.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        self.make_patches(lesson, &blobs);
        let mut names: BTreeSet<BlobId> = blobs.iter().map(|blob| blob.id).collect();
        names.insert(publish.document.id);
        self.db.named.entry(lesson).or_default().push(names);
        self.db
            .editions
            .insert((lesson, revision), publish.document.id);
        let change = Change::Put {
            lesson,
            revision,
            document: document.unwrap_or_default(),
            pupils: publish.pupils.clone(),
        };
        let number = self.number(number);
        let class = publish.classes[0];
        self.db.changes.insert(lesson, (number, class, change));
        done
    }

    pub(super) fn withdraw(&mut self, lesson: LessonId, number: u64) -> Answer {
        let Some((_, class, change)) = self.db.changes.get(&lesson) else {
            return refuse(404, code::NOT_FOUND);
        };
        let class = *class;
        let is_news = matches!(change, Change::Put { .. });
        if self.bug == Some(Bug::WithdrawWithoutTombstone) {
            self.db.changes.remove(&lesson);
        } else if is_news {
            let number = self.number(number);
            let change = Change::Withdraw { lesson };
            self.db.changes.insert(lesson, (number, class, change));
        }
        ours(204, vec![], vec![])
    }

    /// A change's number: taken within its transaction.
    fn number(&mut self, at_the_beginning: u64) -> u64 {
        match self.bug {
            Some(Bug::CursorByInsertionId) => at_the_beginning,
            _ => self.next_number(),
        }
    }

    /// Patches from the files of the revision before, where they still stand in its place.
    fn make_patches(&mut self, lesson: LessonId, new: &[BlobRef]) {
        let Some((_, _, Change::Put { document, .. })) = self.db.changes.get(&lesson) else {
            return;
        };
        let doc = Revision::from_json(document.as_bytes());
        let old: Vec<BlobRef> = doc
            .iter()
            .flat_map(|doc| doc.blobs().map(|(_, blob)| blob))
            .collect();
        for (old, new) in old.iter().zip(new) {
            let versions = (self.db.blobs.get(&old.id), self.db.blobs.get(&new.id));
            let (Some(from), Some(to)) = versions else {
                continue;
            };
            if let Ok(made) = patch::make(from, to) {
                self.db.patches.insert((old.id, new.id), made);
            }
        }
    }

    /// A blob, where a lesson of this terminal's pupils names it: what is not theirs is not
    /// there for them.
    pub(super) fn read(&self, from: TerminalId, blob: &str) -> Option<&Vec<u8>> {
        let blob: BlobId = blob.parse().ok()?;
        let all = self.bug == Some(Bug::ListsOtherClasses);
        let may = self.db.changes.iter().any(|(lesson, (_, class, change))| {
            let named = self.db.named.get(lesson).into_iter().flatten();
            let is_theirs = all || self.classes[&from].contains(class);
            let mut newest = named.rev().take(WINDOW);
            matches!(change, Change::Put { .. })
                && is_theirs
                && newest.any(|names| names.contains(&blob))
        });
        self.db.blobs.get(&blob).filter(|_| may)
    }

    /// What a terminal should have: every lesson of its classes.
    pub fn lessons_of(&self, terminal: TerminalId) -> BTreeMap<LessonId, &Change> {
        let classes = &self.classes[&terminal];
        let changes = self.db.changes.iter();
        changes
            .filter(|(_, (_, class, _))| classes.contains(class))
            .map(|(lesson, (_, _, change))| (*lesson, change))
            .collect()
    }

    pub(super) fn lessons(&self, from: TerminalId, path: &str, request: &Request) -> Answer {
        let after = path.strip_prefix("lessons?after=");
        let Some(after) = after.and_then(|after| after.parse().ok()) else {
            return refuse(404, code::NOT_FOUND);
        };
        let newest = self.db.next_change.saturating_sub(1);
        // Who never asked before has nothing to be taken back.
        let (asked, is_blank) = (after, after == 0);
        let mut gaps = self.db.gaps.iter().copied();
        let after = intake::begin_after(asked, newest, gaps.find(|gap| gap.holds(asked)));
        let classes = &self.classes[&from];
        let all = self.bug == Some(Bug::ListsOtherClasses);
        let mut new: Vec<&(u64, ClassId, Change)> = self
            .db
            .changes
            .values()
            .filter(|(at, class, _)| *at > after && (all || classes.contains(class)))
            .collect();
        new.sort_by_key(|(at, ..)| *at);
        let mut headers = request.headers.iter();
        let tag = headers.find(|(name, _)| *name == header::IF_NONE_MATCH);
        if intake::is_unchanged(tag.map(|(_, tag)| tag.as_str()), after, new.len()) {
            return ours(304, vec![], vec![]);
        }
        let page = new.get(..PAGE).unwrap_or(&new);
        let patches = self
            .db
            .patches
            .iter()
            .map(|((old, new), patch)| PatchOffer {
                old: *old,
                new: *new,
                len: patch.len() as u64,
            });
        let last = page.last().map_or(after, |(at, ..)| *at);
        let lessons = Lessons {
            from: (after != asked).then_some(after),
            cursor: last,
            changes: page
                .iter()
                .map(|(_, _, change)| change.clone())
                .filter(|change| !is_blank || matches!(change, Change::Put { .. }))
                .collect(),
            patches: patches.collect(),
            more: new.len() > page.len(),
            server_ms: 0,
        };
        ours(
            200,
            vec![],
            wire::write_framed(&lessons).unwrap_or_default(),
        )
    }
}

fn not_newest() -> Answer {
    refuse(412, code::NOT_NEWEST)
}
