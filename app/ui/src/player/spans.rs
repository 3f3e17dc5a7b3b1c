//! Which spans of a recording were really played.

use super::Span;

/// Most spans kept apart; more are joined over their smallest gap.
const MAX_SPANS: usize = 1_000;

/// Played spans since the last take, sorted and merged.
#[derive(Debug, Default)]
pub(super) struct Spans {
    /// In microseconds, apart from one another.
    spans: Vec<(i64, i64)>,
}

impl Spans {
    /// Adds a span that was played; empty and reversed ones are ignored.
    pub(super) fn add(&mut self, from_us: i64, to_us: i64) {
        if to_us <= from_us {
            return;
        }
        let first = self.spans.partition_point(|(_, end)| *end < from_us);
        let after = self.spans.partition_point(|(start, _)| *start <= to_us);
        let touched = self.spans.get(first..after).unwrap_or_default();
        let start = touched.first().map_or(from_us, |span| span.0.min(from_us));
        let end = touched.last().map_or(to_us, |span| span.1.max(to_us));
        self.spans.splice(first..after.max(first), [(start, end)]);
        if self.spans.len() > MAX_SPANS {
            self.join_closest();
        }
    }

    /// The spans in whole milliseconds; begins anew.
    pub(super) fn take(&mut self) -> Vec<Span> {
        let spans = std::mem::take(&mut self.spans);
        let to_ms = |us: i64| u64::try_from(us).unwrap_or(0) / 1_000;
        let spans = spans.into_iter().map(|(start, end)| Span {
            start_ms: to_ms(start),
            end_ms: to_ms(end),
        });
        spans.filter(|span| span.end_ms > span.start_ms).collect()
    }

    fn join_closest(&mut self) {
        let gaps = self.spans.windows(2).map(|pair| match pair {
            [a, b] => b.0 - a.1,
            _ => i64::MAX,
        });
        let closest = gaps
            .enumerate()
            .min_by_key(|(_, gap)| *gap)
            .map(|(index, _)| index);
        if let Some(index) = closest
            && index + 1 < self.spans.len()
        {
            let next = self.spans.remove(index + 1);
            if let Some(span) = self.spans.get_mut(index) {
                span.1 = next.1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(spans: &[(i64, i64)]) -> Vec<(u64, u64)> {
        let mut all = Spans::default();
        for (from, to) in spans {
            all.add(from * 1_000, to * 1_000);
        }
        all.take()
            .into_iter()
            .map(|span| (span.start_ms, span.end_ms))
            .collect()
    }

    #[test]
    fn merges() {
        assert_eq!(of(&[(0, 10), (10, 20), (30, 40)]), [(0, 20), (30, 40)]);
        assert_eq!(of(&[(30, 40), (0, 10), (5, 35)]), [(0, 40)]);
        assert_eq!(of(&[(0, 100), (20, 30)]), [(0, 100)]);
        assert_eq!(of(&[(5, 5), (9, 3)]), []);
        let many: Vec<_> = (0..2_000).map(|n| (n * 10, n * 10 + 5)).collect();
        let kept = of(&many);
        assert_eq!(kept.len(), MAX_SPANS);
        assert_eq!(kept.last().unwrap().1, 19_995);
    }
}
