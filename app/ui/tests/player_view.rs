//! The player's view with real frames: pictures in every look, keys, pointer, labels.

#![allow(clippy::unwrap_used)] // Helpers of tests, which clippy does not see as such.

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{CentralPanel, Frame, Key, Margin, Ui};
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, SnapshotResults};
use hotaru_ui::player::{
    Captions, FileSource, MemorySource, Player, PlayerOptions, PlayerSource, PlayerState,
    PlayerView,
};
use hotaru_ui::words::{Language, Words};
use hotaru_ui::{Mode, Theme};

const CAPTIONS: &[u8] = "WEBVTT\n\n00:01.000 --> 00:03.000\n\
    支点からのきょりが 2ばいになると、\nかたむけるはたらきも 2ばいになります。"
    .as_bytes();

fn clip() -> Box<dyn PlayerSource> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/media/clip.mp4");
    Box::new(FileSource::new(vec![path]))
}

/// A silent player that has settled at this moment.
fn player(source: Box<dyn PlayerSource>, start_ms: u64) -> RefCell<Player> {
    let context = egui::Context::default();
    let options = PlayerOptions {
        start_ms,
        sound: false,
    };
    let mut player = Player::open(&context, source, &options);
    player.set_captions(Captions::parse(CAPTIONS).unwrap());
    let start = Instant::now();
    while player.is_seeking() || matches!(player.state(), PlayerState::Opening) {
        assert!(start.elapsed() < Duration::from_secs(20), "{player:?}");
        player.update(&context);
        std::thread::sleep(Duration::from_millis(2));
    }
    player.update(&context);
    RefCell::new(player)
}

/// A window with fonts, theme and words in force.
fn harness<'a>(
    size: [f32; 2],
    mode: Mode,
    scale: f32,
    mut content: impl FnMut(&mut Ui) + 'a,
) -> Harness<'a> {
    Harness::builder()
        .with_size(size)
        .with_render_cursor(false)
        .with_max_steps(12)
        .with_context_setup(move |ctx| {
            hotaru_ui::setup(ctx, mode, scale, Words::new(Language::Japanese, &[]));
        })
        .build_ui(move |ui| {
            let theme = Theme::of(ui.ctx());
            let margin = Margin::same(theme.space.medium as i8);
            let frame = Frame::new().fill(theme.color.page).inner_margin(margin);
            CentralPanel::default().frame(frame).show(ui, &mut content);
        })
}

fn shoot(name: &str, size: [f32; 2], make: impl Fn() -> RefCell<Player>) {
    let mut results = SnapshotResults::new();
    let looks = [
        ("light", Mode::Light, 1.0, size),
        ("dark", Mode::Dark, 1.0, size),
        ("large", Mode::Light, 2.0, [size[0], size[1] * 1.4]),
    ];
    for (look, mode, scale, size) in looks {
        // A texture belongs to its window.
        let player = make();
        let mut harness = harness(size, mode, scale, |ui| {
            PlayerView::new(&mut player.borrow_mut()).show(ui);
        });
        harness.run();
        harness.snapshot(format!("{name}_{look}"));
        results.extend_harness(&mut harness);
    }
}

#[test]
fn it_stands_with_a_caption() {
    shoot("player", [720.0, 560.0], || player(clip(), 1_480));
}

#[test]
fn it_has_ended() {
    shoot("player_ended", [420.0, 420.0], || {
        let player = player(clip(), 2_800);
        player.borrow_mut().play();
        let start = Instant::now();
        while player.borrow().state() != PlayerState::Ended {
            assert!(start.elapsed() < Duration::from_secs(20));
            player.borrow_mut().update(&egui::Context::default());
            std::thread::sleep(Duration::from_millis(5));
        }
        player
    });
}

#[test]
fn it_says_what_is_wrong() {
    let text: &[u8] = b"not a video, only named like one";
    shoot("player_failed", [420.0, 420.0], || {
        player(Box::new(MemorySource::new(vec![text.into()])), 0)
    });
}

fn shown<'a>(player: &'a RefCell<Player>) -> Harness<'a> {
    let mut harness = harness([720.0, 560.0], Mode::Light, 1.0, |ui| {
        PlayerView::new(&mut player.borrow_mut()).show(ui);
    });
    harness.step();
    harness
}

fn settle(harness: &mut Harness<'_>, player: &RefCell<Player>) {
    let start = Instant::now();
    harness.step();
    while player.borrow().is_seeking() {
        assert!(start.elapsed() < Duration::from_secs(20));
        harness.step();
        std::thread::sleep(Duration::from_millis(2));
    }
    harness.step();
}

#[test]
fn keys_and_pointer() {
    let player = player(clip(), 0);
    let mut harness = shown(&player);
    let state = || player.borrow().state();

    harness.key_press(Key::Space);
    harness.step();
    assert_eq!(state(), PlayerState::Playing);
    harness.key_press(Key::Space);
    harness.step();
    assert_eq!(state(), PlayerState::Paused);

    harness.key_press(Key::End);
    settle(&mut harness, &player);
    assert_eq!(player.borrow().position_ms(), 3_000);
    harness.key_press(Key::ArrowLeft);
    settle(&mut harness, &player);
    assert_eq!(player.borrow().position_ms(), 0);
    harness.key_press(Key::ArrowRight);
    settle(&mut harness, &player);
    assert_eq!(player.borrow().position_ms(), 3_000);
    harness.key_press(Key::Home);
    settle(&mut harness, &player);
    assert_eq!(player.borrow().position_ms(), 0);

    harness.key_press(Key::M);
    harness.key_press(Key::C);
    harness.step();
    assert!(player.borrow().is_muted() && !player.borrow().shows_captions());

    // The middle of the bar is the middle of the recording.
    let bar = harness
        .get_by_role_and_label(Role::Slider, "さいせいの いち")
        .rect();
    harness.drag_at(bar.center());
    harness.drop_at(bar.center());
    harness.step();
    settle(&mut harness, &player);
    let at = player.borrow().position_ms();
    assert!((1_450..1_550).contains(&at), "{at}");

    // A click into the picture plays; it then has the keyboard, and Space acts once.
    harness
        .get_by_role_and_label(Role::Video, "じゅぎょうの どうが")
        .click();
    harness.step();
    assert_eq!(state(), PlayerState::Playing);
    harness.step();
    harness.key_press(Key::Space);
    harness.step();
    assert_eq!(state(), PlayerState::Paused);
    harness.key_press(Key::ArrowLeft);
    settle(&mut harness, &player);
    assert_eq!(
        player.borrow().position_ms(),
        0,
        "the arrows stay with the picture"
    );
}

#[test]
fn everything_is_labelled_and_large_enough() {
    let player = player(clip(), 1_480);
    let mut harness = shown(&player);
    for label in ["さいせい", "おとを けす", "字まくを けす", "はやさ 1ばい"] {
        let node = harness.get_by_role_and_label(Role::Button, label);
        let rect = node.rect();
        assert!(
            rect.width() >= 44.0 && rect.height() >= 44.0,
            "{label}: {rect:?}"
        );
    }
    for label in ["さいせいの いち", "おとの 大きさ"] {
        let rect = harness.get_by_role_and_label(Role::Slider, label).rect();
        assert!(rect.height() >= 44.0, "{label}: {rect:?}");
    }
    let bar = harness.get_by_role_and_label(Role::Slider, "さいせいの いち");
    assert_eq!(bar.accesskit_node().value().as_deref(), Some("0:01 / 0:03"));

    harness.get_by_label("はやさ 1ばい").click();
    harness.step();
    settle(&mut harness, &player);
    assert_eq!(player.borrow().speed(), 1.25);
    harness.get_by_label("字まくを けす").click();
    harness.step();
    assert!(!player.borrow().shows_captions());

    // By the keyboard alone: every control is reached by Tab, and Space presses it.
    let mut reached = Vec::new();
    for _ in 0..8 {
        harness.key_press(Key::Tab);
        harness.step();
        let focused = harness
            .root()
            .children_recursive()
            .find(|node| node.is_focused());
        reached.extend(focused.and_then(|node| node.accesskit_node().label()));
    }
    for label in [
        "じゅぎょうの どうが",
        "さいせいの いち",
        "さいせい",
        "おとを けす",
    ] {
        assert!(
            reached.iter().any(|name| name == label),
            "{label}: {reached:?}"
        );
    }
}
