//! What the player's tests share.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{MemorySource, Player, PlayerOptions, PlayerState};

/// A clip of `tests/media`.
pub(super) fn clip(name: &str) -> Arc<[u8]> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/media")
        .join(name);
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .into()
}

/// The main tone of some samples, by zero crossings, in hertz.
pub(super) fn frequency(samples: &[f32], rate: f64) -> f64 {
    let crossings: Vec<f64> = samples
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0] < 0.0 && pair[1] >= 0.0)
        .map(|(index, pair)| index as f64 + f64::from(-pair[0] / (pair[1] - pair[0])))
        .collect();
    let periods = crossings.len().saturating_sub(1) as f64;
    periods * rate / (crossings.last().unwrap() - crossings.first().unwrap())
}

/// The number that a frame of the test clip shows in its top half.
pub(super) fn frame_number(image: &egui::ColorImage) -> u32 {
    assert_eq!(image.size, [320, 180]);
    (0..8)
        .filter(|bit| image.pixels[45 * 320 + bit * 40 + 20].g() > 127)
        .map(|bit| 1 << bit)
        .sum()
}

/// A silent player of these parts.
pub(super) fn silent(parts: Vec<Arc<[u8]>>, start_ms: u64) -> Player {
    let options = PlayerOptions {
        start_ms,
        sound: false,
    };
    Player::open(
        &egui::Context::default(),
        Box::new(MemorySource::new(parts)),
        &options,
    )
}

/// Updates the player until this holds; fails after 20 s.
pub(super) fn until(player: &mut Player, what: &str, holds: impl Fn(&Player) -> bool) {
    let context = egui::Context::default();
    let start = Instant::now();
    while !holds(player) {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{what}: {player:?}"
        );
        player.update(&context);
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Whether it stands with a picture, or has failed.
pub(super) fn is_settled(player: &Player) -> bool {
    matches!(player.state(), PlayerState::Failed(_))
        || (!player.is_seeking() && player.image().is_some())
}
