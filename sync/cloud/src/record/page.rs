//! The page that guardians and pupils read: one file, no script, nothing from elsewhere.

use std::collections::{BTreeMap, HashMap};

use hotaru_content::blob::BlobId;
use hotaru_content::clock::{in_japan, school_day};
use hotaru_content::drill::Verdict;
use hotaru_content::id::LessonId;
use hotaru_content::log::{Fact, PaperStudy};
use hotaru_content::progress::Progress;
use jiff::civil::Date;

use super::Gathered;
use super::words::Words;
use crate::drills::AtHand;
use crate::store::RecordRow;

/// A photo's file, and its bytes as they stand in the page.
type Photos = BTreeMap<BlobId, (String, Option<String>)>;

/// What was done on one day.
#[derive(Default)]
struct Day {
    lessons: Vec<LessonId>,
    answers: Vec<Answer>,
    notes: Vec<(i64, Option<LessonId>, String)>,
    papers: Vec<PaperStudy>,
    others: u32,
}

struct Answer {
    wall_ms: i64,
    question: String,
    response: String,
    verdict: Option<Verdict>,
}

/// Writes the page.
pub(super) fn render(gathered: &Gathered, photos: &Photos) -> String {
    let words = Words::new();
    let page = Page {
        words: &words,
        gathered,
        photos,
        titles: titles(gathered),
    };
    let title = words.get("record-title");
    let mut body = String::new();
    page.head(&mut body);
    page.days(&mut body);
    page.places(&mut body);
    page.audit(&mut body);
    // Whatever a text says: nothing runs, and nothing is fetched.
    format!(
        "<!doctype html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         img-src data:; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n\
         <style>{STYLE}</style></head><body>\n{body}</body></html>\n",
        escaped(&title)
    )
}

struct Page<'a> {
    words: &'a Words,
    gathered: &'a Gathered,
    photos: &'a Photos,
    titles: HashMap<LessonId, String>,
}

impl Page<'_> {
    fn head(&self, into: &mut String) {
        let (class, number) = self.gathered.place();
        let whose = match class.is_empty() {
            true => self.words.get("record-nobody"),
            false => {
                let number = number.to_string();
                let args = [("class", class), ("number", &number)];
                self.words.with("record-whose", &args)
            }
        };
        let school = &self.gathered.record.school.name;
        let made = school_day(self.gathered.made_ms).to_string();
        tag(into, "h1", &self.words.get("record-title"));
        tag(into, "p class=\"whose\"", &whose);
        for line in [
            self.words.with("record-school", &[("school", school)]),
            self.words.with("record-made", &[("day", &made)]),
            self.words.get("record-about"),
            self.words.get("record-programs"),
        ] {
            tag(into, "p", &line);
        }
    }

    fn days(&self, into: &mut String) {
        tag(into, "h2", &self.words.get("record-days"));
        let days = by_day(self.gathered);
        if days.is_empty() {
            tag(into, "p", &self.words.get("record-no-days"));
        }
        let mut progress = Progress::default();
        for row in &self.gathered.events {
            progress.apply(&row.event, &AtHand::default());
        }
        for (day, done) in &days {
            into.push_str("<section>\n");
            tag(into, "h3", &day.to_string());
            let studied = progress.days.get(day).map_or(0, |day| day.study_ms);
            if studied > 0 {
                let minutes = studied.div_ceil(60_000).to_string();
                let args = [("minutes", minutes.as_str())];
                tag(into, "p", &self.words.with("record-study", &args));
            }
            self.lessons(done, into);
            self.answers(done, into);
            self.notes(done, into);
            self.papers(done, into);
            if done.others > 0 {
                let count = done.others.to_string();
                let args = [("count", count.as_str())];
                tag(into, "p", &self.words.with("record-other", &args));
            }
            into.push_str("</section>\n");
        }
    }

    fn lessons(&self, day: &Day, into: &mut String) {
        if day.lessons.is_empty() {
            return;
        }
        tag(into, "h4", &self.words.get("record-lessons"));
        into.push_str("<ul>");
        for lesson in &day.lessons {
            tag(into, "li", self.title(lesson));
        }
        into.push_str("</ul>\n");
    }

    fn answers(&self, day: &Day, into: &mut String) {
        if day.answers.is_empty() {
            return;
        }
        tag(into, "h4", &self.words.get("record-answers"));
        into.push_str("<table><tr>");
        for key in [
            "record-time",
            "record-question",
            "record-answer",
            "record-grade",
        ] {
            tag(into, "th", &self.words.get(key));
        }
        into.push_str("</tr>\n");
        for answer in &day.answers {
            let question = match answer.question.is_empty() {
                true => self.words.get("record-question-gone"),
                false => answer.question.clone(),
            };
            let grade = self.words.get(match answer.verdict {
                Some(Verdict::Correct) => "record-correct",
                Some(Verdict::Wrong) => "record-wrong",
                Some(Verdict::RightValueWrongForm) => "record-form",
                Some(Verdict::Unknown) | None => "record-unknown",
            });
            into.push_str("<tr>");
            for cell in [&time(answer.wall_ms), &question, &answer.response, &grade] {
                tag(into, "td", cell);
            }
            into.push_str("</tr>\n");
        }
        into.push_str("</table>\n");
    }

    fn notes(&self, day: &Day, into: &mut String) {
        if day.notes.is_empty() {
            return;
        }
        tag(into, "h4", &self.words.get("record-notes"));
        for (wall_ms, lesson, text) in &day.notes {
            let lesson = lesson.as_ref().map_or("", |lesson| self.title(lesson));
            tag(
                into,
                "p class=\"small\"",
                format!("{} {lesson}", time(*wall_ms)).trim(),
            );
            match text.is_empty() {
                true => tag(into, "p", &self.words.get("record-note-deleted")),
                false => tag(into, "pre", text),
            }
        }
    }

    fn papers(&self, day: &Day, into: &mut String) {
        if day.papers.is_empty() {
            return;
        }
        tag(into, "h4", &self.words.get("record-paper"));
        for paper in &day.papers {
            let (subject, minutes) = (paper.subject.to_string(), paper.minutes.to_string());
            let args = [("subject", subject.as_str()), ("minutes", minutes.as_str())];
            tag(into, "p", &self.words.with("record-paper-line", &args));
            if !paper.text.is_empty() {
                tag(into, "pre", &paper.text);
            }
            let Some(photo) = paper.photo else {
                continue;
            };
            match self.photos.get(&photo.id) {
                Some((_, Some(data))) => {
                    let words = escaped(&self.words.get("record-photo"));
                    into.push_str(&format!("<img src=\"{data}\" alt=\"{words}\">\n"));
                }
                Some((file, None)) if !file.is_empty() => {
                    let args = [("file", file.as_str())];
                    tag(into, "p", &self.words.with("record-photo-file", &args));
                }
                _ => tag(into, "p", &self.words.get("record-photo-gone")),
            }
        }
    }

    fn places(&self, into: &mut String) {
        tag(into, "h2", &self.words.get("record-classes"));
        into.push_str("<ul>");
        for row in &self.gathered.record.rows {
            if let RecordRow::Enrolment {
                class,
                number,
                from_day,
                to_day,
                ..
            } = row
            {
                let number = number.to_string();
                let to = to_day.as_deref();
                let args = [
                    ("class", class.as_str()),
                    ("number", &number),
                    ("from", from_day),
                    ("to", to.unwrap_or_default()),
                ];
                let line = match to {
                    None => self.words.with("record-class-line", &args),
                    Some(_) => self.words.with("record-class-until", &args),
                };
                tag(into, "li", &line);
            }
        }
        into.push_str("</ul>\n");
        tag(into, "h2", &self.words.get("record-terminals"));
        into.push_str("<ul>");
        for row in &self.gathered.record.rows {
            if let RecordRow::Terminal {
                name,
                joined_ms,
                seen_ms,
                ..
            } = row
            {
                let from = school_day(*joined_ms).to_string();
                let seen = school_day(*seen_ms).to_string();
                let args = [("name", name.as_str()), ("from", &from), ("seen", &seen)];
                tag(into, "li", &self.words.with("record-terminal-line", &args));
            }
        }
        into.push_str("</ul>\n");
    }

    fn audit(&self, into: &mut String) {
        tag(into, "h2", &self.words.get("record-audit"));
        tag(into, "p", &self.words.get("record-audit-about"));
        into.push_str("<table><tr>");
        for key in [
            "record-audit-when",
            "record-audit-role",
            "record-audit-what",
            "record-audit-outcome",
        ] {
            tag(into, "th", &self.words.get(key));
        }
        into.push_str("</tr>\n");
        for row in &self.gathered.audit {
            let when = format!("{} {}", school_day(row.at_ms), time(row.at_ms));
            let role = self.words.code("role", &row.role);
            let action = self.words.code("action", &row.action);
            let outcome = self.words.code("outcome", &row.outcome);
            into.push_str("<tr>");
            for cell in [&when, &role, &action, &outcome] {
                tag(into, "td", cell);
            }
            into.push_str("</tr>\n");
        }
        into.push_str("</table>\n");
    }

    fn title(&self, lesson: &LessonId) -> &str {
        self.titles.get(lesson).map_or("?", String::as_str)
    }
}

fn titles(gathered: &Gathered) -> HashMap<LessonId, String> {
    let rows = gathered.record.rows.iter();
    rows.filter_map(|row| match row {
        RecordRow::Lesson {
            lesson,
            day,
            subject,
            title,
            ..
        } => Some((*lesson, format!("{day} {subject} {title}"))),
        _ => None,
    })
    .collect()
}

/// What was done, by the school day of the terminal's clock.
fn by_day(gathered: &Gathered) -> BTreeMap<Date, Day> {
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    for (at, row) in gathered.events.iter().enumerate() {
        let wall_ms = row.event.stamp.wall_ms;
        let day = days.entry(school_day(wall_ms)).or_default();
        match row.event.fact() {
            Fact::LessonOpened(fact) => {
                if !day.lessons.contains(&fact.lesson) {
                    day.lessons.push(fact.lesson);
                }
            }
            Fact::Answered(_) => {
                let shown = gathered.answers.get(&at);
                day.answers.push(Answer {
                    wall_ms,
                    question: shown.map_or_else(String::new, |shown| shown.question.clone()),
                    response: shown.map_or_else(String::new, |shown| shown.response.clone()),
                    verdict: row.grade.map(|grade| grade.verdict),
                });
            }
            Fact::NoteSaved(fact) => day.notes.push((wall_ms, fact.lesson, fact.text)),
            Fact::PaperStudy(fact) => day.papers.push(fact),
            Fact::Unknown { .. } => day.others += 1,
            // Their time is in the day's.
            Fact::LessonClosed(_) | Fact::MaterialViewed(_) | Fact::RecordingWatched(_) => {}
        }
    }
    days
}

fn time(wall_ms: i64) -> String {
    in_japan(wall_ms).strftime("%H:%M").to_string()
}

/// An element with words in it; `opening` may have attributes of this program's.
fn tag(into: &mut String, opening: &str, words: &str) {
    let name = opening.split(' ').next().unwrap_or(opening);
    into.push_str(&format!("<{opening}>{}</{name}>\n", escaped(words)));
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

const STYLE: &str = "\
body { font-family: 'BIZ UDPGothic', 'Noto Sans CJK JP', 'Yu Gothic', sans-serif; \
max-width: 48rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.7 }
section { border-top: 1px solid; margin-top: 1.5rem }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid; padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; \
overflow-wrap: anywhere }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid; \
margin: 0 0 1rem; padding-left: 0.8rem }
img { max-width: 100% }
.whose { font-size: 1.3rem; font-weight: bold }
.small { font-size: 0.85rem; margin: 0 }
@media print { section { break-inside: avoid-page } }
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pupil_wrote_is_never_markup() {
        let mut out = String::new();
        tag(&mut out, "p class=\"small\"", "<script>'&\"</script>");
        assert_eq!(
            out,
            "<p class=\"small\">&lt;script&gt;&#39;&amp;&quot;&lt;/script&gt;</p>\n"
        );
    }
}
